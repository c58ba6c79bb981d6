package dev.triggers.ingest;

import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.RateLimit;
import dev.triggers.common.limit.RateLimit.PerMinute;
import dev.triggers.common.limit.TokenBucket;
import java.time.Duration;
import java.time.InstantSource;

/**
 * What one org may still send through this instance: a token bucket at the newest plan seen, empty while the org is
 * held back. It never grants more than the burst and what is refilled, whatever it is told. The clock may jump: forward
 * it refills at most a burst and ends a wait; backward it costs no one anything. Safe for use by many threads.
 */
final class LocalBudget {

    private static final Plan NOT_KNOWN = new Plan(0, RateLimit.UNLIMITED);
    private static final Duration LONGEST_HOLD = Duration.ofDays(1);

    private final InstantSource clock;
    private Plan plan = NOT_KNOWN;
    private long lastMillis;
    private TokenBucket tokens;
    private boolean held;
    private long heldUntilMillis;

    LocalBudget(InstantSource clock) {
        this.clock = clock;
        this.lastMillis = clock.millis();
        this.tokens = new TokenBucket(0, lastMillis);
    }

    /** @param stamped the plan as the caller carries it; counts only if it is newer */
    synchronized Budgets.Grant take(Plan stamped, int wanted) {
        long now = now();
        adopt(stamped, now);
        return switch (plan.limit()) {
            case RateLimit.Unlimited() -> new Budgets.Grant(wanted, Budget.UNLIMITED);
            case PerMinute limit -> take(limit, wanted, now);
        };
    }

    private Budgets.Grant take(PerMinute limit, int wanted, long now) {
        endHold(limit, now);
        if (held) {
            Duration wait = Duration.ofMillis(heldUntilMillis - now)
                    .plus(afterHold(limit).untilOne(limit));
            return new Budgets.Grant(0, new Budget(limit, 0, wait));
        }
        TokenBucket refilled = tokens.at(limit, now);
        int granted = (int) Math.min(wanted, refilled.remaining());
        tokens = with(refilled, -granted, limit);
        return new Budgets.Grant(granted, new Budget(limit, tokens.remaining(), tokens.untilOne(limit)));
    }

    synchronized void giveBack(Plan stamped, int events) {
        long now = now();
        adopt(stamped, now);
        if (plan.limit() instanceof PerMinute limit) {
            endHold(limit, now);
            tokens = with(tokens.at(limit, now), events, limit);
        }
    }

    /**
     * Nothing more for so long, but never longer than a refill takes or a day; then one event at most, and from there at
     * the rate. What was told before counts no longer. Zero: the wait is over.
     */
    synchronized void hold(Duration remaining) {
        long now = now();
        long longest = LONGEST_HOLD.toMillis();
        if (plan.limit() instanceof PerMinute limit) {
            endHold(limit, now);
            longest = Math.min(longest, limit.refillTime().toMillis());
        }
        held = held || remaining.isPositive();
        heldUntilMillis =
                now + Math.min(longest, remaining.compareTo(LONGEST_HOLD) < 0 ? remaining.toMillis() : longest);
    }

    private void endHold(PerMinute limit, long now) {
        if (held && heldUntilMillis <= now) {
            tokens = afterHold(limit);
            held = false;
        }
    }

    private TokenBucket afterHold(PerMinute limit) {
        TokenBucket then = tokens.at(limit, heldUntilMillis);
        return new TokenBucket(Math.min(then.units(), TokenBucket.UNITS_PER_TOKEN), then.asOfMillis());
    }

    /** A newer plan counts at once. What is left of a wait becomes as much shorter as the debt is refilled faster. */
    private void adopt(Plan stamped, long now) {
        if (stamped.version() <= plan.version()) {
            return;
        }
        Plan before = plan;
        plan = stamped;
        switch (stamped.limit()) {
            case RateLimit.Unlimited() -> held = false;
            case PerMinute limit when before.limit() instanceof PerMinute old -> change(old, limit, now);
            case PerMinute limit -> {
                tokens = TokenBucket.full(limit, now);
                held = held && heldUntilMillis > now;
                shortenHold(now, limit.refillTime().toMillis());
            }
        }
    }

    private void change(PerMinute old, PerMinute limit, long now) {
        endHold(old, now);
        tokens = with(tokens.at(old, now), 0, limit);
        if (held) {
            double left = (double) (heldUntilMillis - now) * old.events() / limit.events();
            heldUntilMillis = now + (long) Math.min(left, LONGEST_HOLD.toMillis());
            shortenHold(now, limit.refillTime().toMillis());
        }
    }

    private void shortenHold(long now, long mostMillis) {
        heldUntilMillis = Math.min(heldUntilMillis, now + mostMillis);
    }

    private long now() {
        long now = clock.millis();
        long back = lastMillis - now;
        if (back > 0) {
            heldUntilMillis -= back;
            tokens = new TokenBucket(tokens.units(), tokens.asOfMillis() - back);
        }
        lastMillis = now;
        return now;
    }

    private static TokenBucket with(TokenBucket bucket, long events, PerMinute limit) {
        long capacity = limit.burst() * TokenBucket.UNITS_PER_TOKEN;
        long units = bucket.units() + events * TokenBucket.UNITS_PER_TOKEN;
        return new TokenBucket(Math.min(units, capacity), bucket.asOfMillis());
    }
}
