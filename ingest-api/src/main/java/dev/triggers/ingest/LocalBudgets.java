package dev.triggers.ingest;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.triggers.access.Caller;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.limit.RateLimit;
import dev.triggers.common.limit.RateLimit.PerMinute;
import dev.triggers.common.limit.TokenBucket;
import java.time.Duration;
import java.time.InstantSource;

/** One token bucket an org, in this process, at the org's plan as the caller carries it. The least used are forgotten, full. */
public final class LocalBudgets implements Budgets {

    private final InstantSource clock;
    private final Cache<OrgId, Bucket> buckets;

    /** @param mostOrgs how many orgs are remembered */
    public LocalBudgets(InstantSource clock, int mostOrgs) {
        this.clock = clock;
        this.buckets = Caffeine.newBuilder()
                .maximumSize(mostOrgs)
                .executor(Runnable::run)
                .build();
    }

    @Override
    public Grant take(Caller caller, int wanted) {
        return switch (caller.plan().limit()) {
            case RateLimit.Unlimited() -> new Grant(wanted, Budget.UNLIMITED);
            case PerMinute limit -> bucket(caller, limit).take(limit, wanted, clock.millis());
        };
    }

    @Override
    public void giveBack(Caller caller, int events) {
        if (caller.plan().limit() instanceof PerMinute limit) {
            bucket(caller, limit).giveBack(limit, events, clock.millis());
        }
    }

    @Override
    public Budget left(Caller caller) {
        return take(caller, 0).left();
    }

    private Bucket bucket(Caller caller, PerMinute limit) {
        return buckets.get(caller.org(), _ -> new Bucket(TokenBucket.full(limit, clock.millis())));
    }

    /** A bucket that many threads take from. */
    private static final class Bucket {

        private TokenBucket tokens;

        private Bucket(TokenBucket tokens) {
            this.tokens = tokens;
        }

        private synchronized Grant take(PerMinute limit, int wanted, long nowMillis) {
            TokenBucket now = tokens.at(limit, nowMillis);
            int granted = (int) Math.min(wanted, now.remaining());
            tokens = new TokenBucket(now.units() - granted * TokenBucket.UNITS_PER_TOKEN, now.asOfMillis());
            Duration untilOne = tokens.untilOne(limit);
            return new Grant(granted, new Budget(limit, tokens.remaining(), untilOne));
        }

        private synchronized void giveBack(PerMinute limit, int events, long nowMillis) {
            TokenBucket now = tokens.at(limit, nowMillis);
            long units = now.units() + events * TokenBucket.UNITS_PER_TOKEN;
            tokens = new TokenBucket(Math.min(units, limit.burst() * TokenBucket.UNITS_PER_TOKEN), now.asOfMillis());
        }
    }
}
