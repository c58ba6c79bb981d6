package dev.triggers.processor.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EarlyCommitTest {

    private static final long MILLISECOND = 1_000_000;
    private static final int PAUSE_MILLIS = 10;

    private final long start = -5 * MILLISECOND; // nanoTime may be anything
    private final Undecided.Count undecided = new Undecided.Count();
    private final EarlyCommit early =
            new EarlyCommit(Duration.ofMillis(PAUSE_MILLIS), undecided, start - PAUSE_MILLIS * MILLISECOND);

    @Test
    void aLoneDecisionIsCommittedAtOnce() {
        assertThat(early.decided(start)).isTrue();
        assertThat(early.decided(start + 100 * MILLISECOND)).isTrue();
    }

    @Test
    void aFewDecisionsAreCommittedTogether() {
        assertThat(early.decided(start)).isTrue();
        assertThat(early.decided(start + 4 * MILLISECOND)).isFalse();
        assertThat(early.decided(start + 8 * MILLISECOND)).isFalse();
        assertThat(early.decided(start + 12 * MILLISECOND)).isTrue();
    }

    @Test
    void whoIsBehindDoesNotCommitEarlyHoweverSlowItIs() {
        undecided.fetched(100);

        assertThat(LongStream.range(0, 99).filter(i -> early.decided(start + i * PAUSE_MILLIS * 2 * MILLISECOND)))
                .isEmpty();
        assertThat(early.decided(start + 99 * 20 * MILLISECOND)).isTrue();
    }

    @Test
    void whatWasFetchedForOthersIsNotWaitedForAfterAChange() {
        undecided.fetched(100);
        assertThat(early.decided(start)).isFalse();
        early.forget();

        assertThat(early.decided(start + 10 * MILLISECOND)).isTrue();
        undecided.fetched(2);
        assertThat(early.decided(start + 20 * MILLISECOND)).isFalse();
        assertThat(early.decided(start + 30 * MILLISECOND)).isTrue();
    }

    @Test
    void whileMuchIsDecidedTheIntervalIsLeftAlone() {
        assertThat(commitsOfOneSecond(EarlyCommit.LITTLE_PER_SECOND * 2)).isLessThanOrEqualTo(1);
    }

    @Test
    void whileLittleIsDecidedEachPauseEndsWithACommit() {
        assertThat(commitsOfOneSecond(EarlyCommit.LITTLE_PER_SECOND / 4)).isBetween(75L, 100L);
    }

    @Test
    void afterAFloodALoneDecisionIsCommittedAtOnceAgain() {
        commitsOfOneSecond(100_000);
        early.decided(start + 1_050 * MILLISECOND); // the end of the flood: left to the interval

        assertThat(early.decided(start + 1_100 * MILLISECOND)).isTrue();
    }

    private long commitsOfOneSecond(int decisions) {
        long gap = 1_000 * MILLISECOND / decisions;
        return IntStream.range(0, decisions)
                .filter(i -> early.decided(start + i * gap))
                .count();
    }
}
