package dev.triggers.processor.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.common.event.Receipt;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class EarlyCommitTest {

    private static final long MILLISECOND = 1_000_000;
    private static final int PAUSE_MILLIS = 10;

    private final long start = -5 * MILLISECOND; // nanoTime may be anything
    private final Undecided.Fetched undecided = new Undecided.Fetched();
    private long offset;
    private final EarlyCommit early =
            new EarlyCommit(Duration.ofMillis(PAUSE_MILLIS), undecided, start - PAUSE_MILLIS * MILLISECOND);

    @Test
    void aLoneDecisionIsCommittedAtOnce() {
        assertThat(decided(start)).isTrue();
        assertThat(decided(start + 100 * MILLISECOND)).isTrue();
    }

    @Test
    void aFewDecisionsAreCommittedTogether() {
        assertThat(decided(start)).isTrue();
        assertThat(decided(start + 4 * MILLISECOND)).isFalse();
        assertThat(decided(start + 8 * MILLISECOND)).isFalse();
        assertThat(decided(start + 12 * MILLISECOND)).isTrue();
    }

    @Test
    void whoIsBehindDoesNotCommitEarlyHoweverSlowItIs() {
        undecided.fetched(0, 99);

        assertThat(LongStream.range(0, 99).filter(i -> decided(start + i * PAUSE_MILLIS * 2 * MILLISECOND)))
                .isEmpty();
        assertThat(decided(start + 99 * 20 * MILLISECOND)).isTrue();
    }

    @Test
    void whoHasAPartitionLeftIsBehind() {
        undecided.fetched(0, 0);
        undecided.fetched(1, 5);

        assertThat(decided(start)).isFalse();
        assertThat(early.decided(new Receipt(1, 4), start + 20 * MILLISECOND)).isFalse();
        assertThat(early.decided(new Receipt(1, 5), start + 40 * MILLISECOND)).isTrue();
    }

    @Test
    void aPartitionThatIsGivenAwayIsNotWaitedForButTheOthersAre() {
        undecided.fetched(0, 2);
        undecided.fetched(1, 99);
        assertThat(decided(start)).isFalse();
        early.forget(1);

        assertThat(decided(start + 10 * MILLISECOND)).isFalse();
        assertThat(decided(start + 20 * MILLISECOND)).isTrue();
    }

    @Test
    void aPartitionThatIsReadAgainFromFurtherBackIsWaitedForAsFarAsItWasFetched() {
        undecided.fetched(0, 99);
        undecided.fetched(0, 1);

        assertThat(decided(start)).isFalse();
        assertThat(decided(start + 20 * MILLISECOND)).isTrue();
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
        decided(start + 1_050 * MILLISECOND); // the end of the flood: left to the interval

        assertThat(decided(start + 1_100 * MILLISECOND)).isTrue();
    }

    private long commitsOfOneSecond(int decisions) {
        long gap = 1_000 * MILLISECOND / decisions;
        return IntStream.range(0, decisions)
                .filter(i -> decided(start + i * gap))
                .count();
    }

    /** The next of partition 0. */
    private boolean decided(long now) {
        return early.decided(new Receipt(0, offset++), now);
    }
}
