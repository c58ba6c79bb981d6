package dev.triggers.ingest;

import dev.triggers.common.limit.RateLimit;
import java.time.Duration;

/**
 * What is left of an org's limit.
 *
 * @param limit what the budget is refilled with
 * @param remaining events that may be sent now; means nothing without a limit
 * @param untilOne how long until one may be sent, zero when one may be now; rounded up to a millisecond
 */
public record Budget(RateLimit limit, long remaining, Duration untilOne) {

    /** An org without a limit. */
    public static final Budget UNLIMITED = new Budget(RateLimit.UNLIMITED, Long.MAX_VALUE, Duration.ZERO);
}
