package dev.triggers.access;

import dev.triggers.common.event.Limits;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** What a key may do. Written as in {@code events:write}. */
public enum Scope {
    EVENTS_WRITE("events:write"),
    INBOX_READ("inbox:read"),
    INBOX_CONSUME("inbox:consume"),
    INBOX_MANAGE("inbox:manage"),
    ORG_ADMIN("org:admin");

    private final String text;

    Scope(String text) {
        this.text = text;
    }

    /** Every scope there is: what an org's first key has. */
    public static Set<Scope> all() {
        return EnumSet.allOf(Scope.class);
    }

    /** Reads {@code events:write}. Throws {@link IllegalArgumentException} for anything else. */
    public static Scope parse(String text) {
        for (Scope scope : values()) {
            if (scope.text.equals(text)) {
                return scope;
            }
        }
        throw new IllegalArgumentException("scope: " + Limits.cut(text) + " (expected: one of " + allowed() + ")");
    }

    /** Reads several. A name this version does not know is left out: a newer one may have written it. */
    static Set<Scope> known(Collection<String> texts) {
        EnumSet<Scope> scopes = EnumSet.allOf(Scope.class);
        scopes.removeIf(scope -> !texts.contains(scope.text));
        return scopes;
    }

    private static String allowed() {
        return all().stream().map(Scope::toString).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return text;
    }
}
