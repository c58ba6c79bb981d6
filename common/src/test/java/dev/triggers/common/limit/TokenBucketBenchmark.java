package dev.triggers.common.limit;

import dev.triggers.common.limit.RateLimit.PerMinute;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What one token costs: a refill, a look and a take. */
@State(Scope.Thread)
public class TokenBucketBenchmark {

    private final PerMinute limit = new PerMinute(60_000, 60_000);
    private long nowMillis = 1_800_000_000_000L;
    private TokenBucket bucket = TokenBucket.full(limit, nowMillis);

    @Benchmark
    public TokenBucket take() {
        TokenBucket refilled = bucket.at(limit, ++nowMillis);
        bucket = refilled.has(0) ? refilled.taken() : refilled;
        return bucket;
    }
}
