package dev.triggers.inbox.notify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

    private static final Instant BEGUN = Instant.parse("2026-11-23T08:00:00Z");

    private final RetryPolicy policy =
            new RetryPolicy(6, Duration.ofHours(3), Duration.ofSeconds(5), Duration.ofMinutes(20));

    @Test
    void pausesGrowFourfoldUpToABoundAndThenItIsGivenUp() {
        List<Long> seconds = new ArrayList<>();
        for (int attempt = 1; next(attempt, 0.5, Optional.empty()).isPresent(); attempt++) {
            seconds.add(seconds(next(attempt, 0.5, Optional.empty())));
        }

        assertThat(seconds).containsExactly(5L, 20L, 80L, 320L, 1_200L);
    }

    @Test
    void aPauseIsWithinAQuarterMoreOrLess() {
        assertThat(seconds(next(3, 0, Optional.empty()))).isEqualTo(60);
        assertThat(seconds(next(3, 1, Optional.empty()))).isEqualTo(100);
    }

    @Test
    void whatTheReceiverAsksForIsKeptUpToABound() {
        assertThat(seconds(next(1, 0.5, Optional.of(Duration.ofSeconds(90))))).isEqualTo(90);
        assertThat(seconds(next(2, 0.5, Optional.of(Duration.ofSeconds(1))))).isEqualTo(20);
        assertThat(seconds(next(1, 0.5, Optional.of(Duration.ofDays(400))))).isEqualTo(1_200);
    }

    @Test
    void nothingIsTriedWhenTooMuchTimeHasGoneBy() {
        Instant late = BEGUN.plus(Duration.ofHours(3)).minusSeconds(6);

        assertThat(policy.next(1, BEGUN, late, Optional.empty(), () -> 0.5)).isPresent();
        assertThat(policy.next(1, BEGUN, late.plusSeconds(2), Optional.empty(), () -> 0.5))
                .isEmpty();
    }

    private Optional<Instant> next(int attempt, double random, Optional<Duration> asked) {
        return policy.next(attempt, BEGUN, BEGUN, asked, () -> random);
    }

    private static long seconds(Optional<Instant> due) {
        return Duration.between(BEGUN, due.orElseThrow()).toSeconds();
    }
}
