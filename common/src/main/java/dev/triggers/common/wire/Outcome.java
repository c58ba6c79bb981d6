package dev.triggers.common.wire;

import dev.triggers.common.event.Limits;
import java.util.Locale;

/** What became of a submission. Each has exactly one. */
public enum Outcome {
    /** Admitted, with a sequence. */
    ACCEPTED,
    /** The same dedup id and the same content stand within the window already. */
    DUPLICATE,
    /** The same dedup id stands within the window already, with other content. */
    CONFLICT,
    /** Above the org's limit, debt included. Not remembered: it may be sent again. */
    THROTTLED,
    /** Could not be read. */
    DEAD;

    /** Reads the lower-case name. Throws {@link IllegalArgumentException} for anything else. */
    public static Outcome parse(String text) {
        for (Outcome outcome : values()) {
            if (outcome.toString().equals(text)) {
                return outcome;
            }
        }
        throw new IllegalArgumentException(
                "outcome: " + Limits.cut(text) + " (expected: accepted, duplicate, conflict, throttled or dead)");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
