package dev.triggers.common.disposition;

import dev.triggers.common.event.Limits;
import java.util.OptionalLong;

/**
 * From where on an inbox takes events. Written {@code now}, or as the first sequence.
 *
 * @param sequence the first that may enter, whether it is there yet or not; empty: what is accepted after the marker
 */
public record Start(OptionalLong sequence) {

    /** What is accepted after the marker was met. */
    public static final Start NOW = new Start(OptionalLong.empty());

    /** All there is. */
    public static final Start EARLIEST = from(1);

    public Start {
        sequence.ifPresent(first -> {
            if (first < 1) {
                throw new IllegalArgumentException("start: " + first + " (expected: 1 and up)");
            }
        });
    }

    public static Start from(long sequence) {
        return new Start(OptionalLong.of(sequence));
    }

    /** The first sequence meant where the org's last one is {@code stamped}. */
    public long first(long stamped) {
        return sequence.orElse(stamped + 1);
    }

    /** Reads {@code now}, {@code earliest} and a sequence. Throws {@link IllegalArgumentException} for anything else. */
    public static Start parse(String text) {
        return switch (text) {
            case "now" -> NOW;
            case "earliest" -> EARLIEST;
            default -> number(text);
        };
    }

    private static Start number(String text) {
        try {
            return from(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "start: " + Limits.cut(text) + " (expected: now, earliest or a sequence)", e);
        }
    }

    @Override
    public String toString() {
        return sequence.isPresent() ? Long.toString(sequence.getAsLong()) : "now";
    }
}
