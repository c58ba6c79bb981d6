package dev.triggers.common.limit;

import dev.triggers.common.event.Limits;
import java.util.Locale;

/** A plan's name and its events a minute, which are its burst too. */
public enum Tier {
    FREE(RateLimit.perMinute(100)),
    PRO(RateLimit.perMinute(1_000)),
    BUSINESS(RateLimit.perMinute(10_000)),
    ENTERPRISE(RateLimit.perMinute(100_000)),
    UNLIMITED(RateLimit.UNLIMITED);

    private final RateLimit limit;

    Tier(RateLimit limit) {
        this.limit = limit;
    }

    public RateLimit limit() {
        return limit;
    }

    /** Reads the lower-case name. Throws {@link IllegalArgumentException} for anything else. */
    public static Tier parse(String text) {
        for (Tier tier : values()) {
            if (tier.toString().equals(text)) {
                return tier;
            }
        }
        throw new IllegalArgumentException(
                "tier: " + Limits.cut(text) + " (expected: free, pro, business, enterprise or unlimited)");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
