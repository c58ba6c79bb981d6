package dev.triggers.access;

import dev.triggers.access.KeyState.Unknown;
import dev.triggers.common.limit.RateLimit.PerMinute;
import dev.triggers.common.limit.TokenBucket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what guessing keys costs the layer below. Each look-up that finds nobody takes a token; with none left a key
 * that nothing above knows is not looked up, which is "could not decide", never "no". A key that is found costs nothing.
 */
public final class BoundedApiKeys implements ApiKeys {

    private final ApiKeys below;
    private final PerMinute guesses;
    private final Semaphore seats;
    private final Duration patience;
    private final InstantSource clock;
    private final LongAdder refused = new LongAdder();
    private @Nullable TokenBucket tokens;

    /**
     * @param guesses look-ups that find nobody: so many a minute after a burst
     * @param atOnce look-ups of keys nothing above knows, at once; by so many the guesses may be exceeded
     * @param patience the longest one waits for its turn
     */
    public BoundedApiKeys(ApiKeys below, PerMinute guesses, int atOnce, Duration patience, InstantSource clock) {
        this.below = below;
        this.guesses = guesses;
        this.seats = new Semaphore(atOnce);
        this.patience = patience;
        this.clock = clock;
    }

    @Override
    public Confirmed ask(ApiKeyHash hash) {
        refuseWhenSpent();
        takeASeat();
        try {
            refuseWhenSpent();
            Confirmed answer = below.ask(hash);
            if (answer.state() instanceof Unknown) {
                change(TokenBucket::taken);
            }
            return answer;
        } finally {
            seats.release();
        }
    }

    @Override
    public Confirmed askAgain(ApiKeyHash hash) {
        return below.askAgain(hash);
    }

    /** Look-ups that were not made. */
    public long refused() {
        return refused.sum();
    }

    private void refuseWhenSpent() {
        if (!change(UnaryOperator.identity()).has(0)) {
            throw refusal("too many keys that nobody has");
        }
    }

    private void takeASeat() {
        try {
            if (!seats.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw refusal("too many keys to look up at once");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refusal("interrupted");
        }
    }

    private KeysUnavailable refusal(String reason) {
        refused.increment();
        return new KeysUnavailable(reason);
    }

    private synchronized TokenBucket change(UnaryOperator<TokenBucket> change) {
        long nowMillis = clock.millis();
        TokenBucket now = tokens == null ? TokenBucket.full(guesses, nowMillis) : tokens.at(guesses, nowMillis);
        tokens = change.apply(now);
        return tokens;
    }
}
