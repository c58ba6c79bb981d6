package dev.triggers.common.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.common.limit.RateLimit.PerMinute;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TokenBucketTest {

    private static final PerMinute HUNDRED = new PerMinute(100, 100);

    @Test
    void aFullBucketGivesItsBurstAndNoMore() {
        TokenBucket bucket = TokenBucket.full(HUNDRED, 0);
        for (int i = 0; i < 100; i++) {
            assertThat(bucket.has(0)).isTrue();
            bucket = bucket.taken();
        }
        assertThat(bucket.has(0)).isFalse();
        assertThat(bucket.remaining()).isZero();
    }

    @Test
    void refillingOftenGivesExactlyAsMuchAsRefillingOnce() {
        Random random = new Random(7);
        PerMinute odd = new PerMinute(101, 1_000_000);
        TokenBucket often = new TokenBucket(0, 0);
        long now = 0;
        for (int i = 0; i < 100_000; i++) {
            now += random.nextInt(10);
            often = often.at(odd, now);
        }
        assertThat(often.units()).isEqualTo(new TokenBucket(0, 0).at(odd, now).units());
        assertThat(often.units()).isEqualTo(now * 101);
    }

    @Test
    void aBucketNeverHoldsMoreThanItsBurst() {
        assertThat(TokenBucket.full(HUNDRED, 0).at(HUNDRED, Long.MAX_VALUE / 2).remaining())
                .isEqualTo(100);
        assertThat(new TokenBucket(-1_000, 0).at(HUNDRED, Long.MAX_VALUE).remaining())
                .isEqualTo(100);
    }

    @Test
    void timeThatGoesBackwardsChangesNothing() {
        TokenBucket bucket = new TokenBucket(5, 1_000);
        assertThat(bucket.at(HUNDRED, 999)).isEqualTo(bucket);
    }

    @Test
    void aSmallerBurstCutsWhatIsLeft() {
        TokenBucket bucket = TokenBucket.full(new PerMinute(100, 1_000), 0);
        assertThat(bucket.at(HUNDRED, 0).remaining()).isEqualTo(100);
    }

    @Test
    void debtIsAllowedDownToItsFloor() {
        TokenBucket bucket = new TokenBucket(0, 0);
        for (int i = 0; i < 30; i++) {
            assertThat(bucket.has(30)).isTrue();
            bucket = bucket.taken();
        }
        assertThat(bucket.has(30)).isFalse();
    }

    @Test
    void theWaitIsExactToTheMillisecond() {
        TokenBucket empty = new TokenBucket(0, 0);
        Duration wait = empty.untilOne(HUNDRED);

        assertThat(wait).isEqualTo(Duration.ofMillis(600));
        assertThat(empty.at(HUNDRED, wait.toMillis() - 1).has(0)).isFalse();
        assertThat(empty.at(HUNDRED, wait.toMillis()).has(0)).isTrue();
        assertThat(TokenBucket.full(HUNDRED, 0).untilOne(HUNDRED)).isZero();
    }

    @Test
    void anEmptyBucketIsFullAfterItsRefillTime() {
        assertThat(HUNDRED.refillTime()).isEqualTo(Duration.ofMinutes(1));
        assertThat(new TokenBucket(0, 0)
                        .at(HUNDRED, HUNDRED.refillTime().toMillis())
                        .remaining())
                .isEqualTo(100);
    }

    @Test
    void aPlanReadsBackWhatItWrites() {
        Plan limited = new Plan(7, new PerMinute(100, 250));
        Plan unlimited = new Plan(8, RateLimit.UNLIMITED);

        assertThat(Plan.parse(limited.toString())).isEqualTo(limited);
        assertThat(Plan.parse(unlimited.toString())).isEqualTo(unlimited);
    }
}
