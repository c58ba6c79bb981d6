package dev.triggers.common.limit;

import dev.triggers.common.event.Limits;

/**
 * An org's limit as of a version: every change raises the version, so that of two copies the newer is known.
 *
 * @param version 1 and up
 */
public record Plan(long version, RateLimit limit) {

    /** Reads {@code version;events;burst} or {@code version;unlimited}, as {@link #toString} writes it. */
    public static Plan parse(String text) {
        String[] parts = text.split(";", -1);
        try {
            if (parts.length == 2 && parts[1].equals("unlimited")) {
                return new Plan(Long.parseLong(parts[0]), RateLimit.UNLIMITED);
            }
            if (parts.length == 3) {
                return new Plan(
                        Long.parseLong(parts[0]),
                        new RateLimit.PerMinute(Long.parseLong(parts[1]), Long.parseLong(parts[2])));
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(expected(text), e);
        }
        throw new IllegalArgumentException(expected(text));
    }

    private static String expected(String text) {
        return "plan: " + Limits.cut(text) + " (expected: version;events;burst or version;unlimited)";
    }

    @Override
    public String toString() {
        return switch (limit) {
            case RateLimit.Unlimited() -> version + ";unlimited";
            case RateLimit.PerMinute(long events, long burst) -> version + ";" + events + ";" + burst;
        };
    }
}
