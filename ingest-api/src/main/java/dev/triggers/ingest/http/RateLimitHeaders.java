package dev.triggers.ingest.http;

import dev.triggers.common.limit.RateLimit.PerMinute;
import dev.triggers.ingest.Budget;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;

/**
 * An org's budget as headers (draft-ietf-httpapi-ratelimit-headers-11). The policy's quota is the burst and its window
 * the time that an empty budget takes to be whole: 1,000 in 60 s for 1,000 a minute. {@code t} is how long until one
 * event may be sent. An org without a limit has neither header.
 */
final class RateLimitHeaders {

    private RateLimitHeaders() {}

    static void write(Budget budget, HttpServletResponse response) {
        if (budget.limit() instanceof PerMinute limit) {
            response.setHeader("RateLimit-Policy", "\"org\";q=" + limit.burst() + ";w=" + seconds(limit.refillTime()));
            response.setHeader("RateLimit", "\"org\";r=" + budget.remaining() + ";t=" + seconds(budget.untilOne()));
        }
    }

    /** Rounded up. */
    static long seconds(Duration duration) {
        return Math.ceilDiv(duration.toMillis(), 1_000L);
    }
}
