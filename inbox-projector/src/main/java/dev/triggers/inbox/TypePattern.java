package dev.triggers.inbox;

import dev.triggers.common.event.EventType;
import dev.triggers.common.event.Limits;
import java.util.Optional;

/**
 * Which event types are meant: one exactly, those that begin alike ({@code order.*}), or all ({@code *}).
 *
 * @param text the type, or what types begin with
 */
public record TypePattern(String text, boolean prefix) {

    /** Every type. */
    public static final TypePattern ANY = new TypePattern("", true);

    /** Throws {@link IllegalArgumentException}: a star may only stand at the end. */
    public static TypePattern parse(String text) {
        if (text.equals("*")) {
            return ANY;
        }
        boolean prefix = text.endsWith("*");
        String type = prefix ? text.substring(0, text.length() - 1) : text;
        try {
            return new TypePattern(new EventType(type).value(), prefix);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "type: " + Limits.cut(text) + " (expected: a type, or what types begin with and a *)", e);
        }
    }

    public boolean matches(EventType type) {
        return prefix ? type.value().startsWith(text) : type.value().equals(text);
    }

    public boolean isAny() {
        return prefix && text.isEmpty();
    }

    /** The type it names exactly, where it does. */
    public Optional<String> exact() {
        return prefix ? Optional.empty() : Optional.of(text);
    }

    @Override
    public String toString() {
        return prefix ? text + "*" : text;
    }
}
