package dev.triggers.processor.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;

class IdFilterTest {

    private static final int IDS = 300_000;
    private static final long SEED = 20_261_130;

    @Test
    void whatWasAddedMayBeThereAndHardlyAnythingElse() {
        FilterPool pool = new FilterPool(32 << 20);
        IdFilter filter = new IdFilter(pool);

        assertThat(takenIn(filter, new Random(SEED)::nextLong)).isLessThan(IDS / 100);
        assertThat(pool.bytes()).isEqualTo(filter.bytes()).isBetween(2L * IDS, 4L * IDS);
    }

    /** As ids made of time are: the upper half counts, and what is in the lower half is half alike. */
    @Test
    void idsThatAreAlikeDoNotMeetMoreOften() {
        long[] number = {0};

        assertThat(takenIn(new IdFilter(new FilterPool(32 << 20)), () -> number[0]++))
                .isLessThan(IDS / 100);
    }

    /** Adds ids, sees that each is there, and counts how many others are said to be. */
    private static int takenIn(IdFilter filter, LongSupplier numbers) {
        LongUnaryOperator high = number -> 0x0193_0000_0000_7000L + number;
        long[] added = new long[IDS];
        for (int i = 0; i < IDS; i++) {
            added[i] = numbers.getAsLong();
            filter.add(high.applyAsLong(added[i]), ~added[i]);
        }
        for (long number : added) {
            assertThat(filter.mayHave(high.applyAsLong(number), ~number)).isTrue();
        }
        int others = 0;
        for (int i = 0; i < IDS; i++) {
            long number = numbers.getAsLong();
            others += filter.mayHave(high.applyAsLong(number), ~number) ? 1 : 0;
        }
        return others;
    }

    @Test
    void anEmptyOneHasNothing() {
        assertThat(new IdFilter(new FilterPool(1 << 20)).mayHave(1, 2)).isFalse();
    }

    @Test
    void withoutRoomForMoreItGoesOnAndErrsMoreOften() {
        FilterPool pool = new FilterPool(20_000);
        IdFilter filter = new IdFilter(pool);
        Random random = new Random(SEED);
        long[] added = random.longs(100_000).toArray();

        for (long number : added) {
            filter.add(number, number);
        }

        assertThat(pool.bytes()).isEqualTo(16_384);
        for (long number : added) {
            assertThat(filter.mayHave(number, number)).isTrue();
        }
    }

    @Test
    void withoutAnyRoomEachIdMayBeThere() {
        IdFilter filter = new IdFilter(new FilterPool(0));

        filter.add(1, 2);

        assertThat(filter.mayHave(1, 2)).isTrue();
        assertThat(filter.mayHave(3, 4)).isTrue();
    }

    @Test
    void whatIsClosedGivesItsRoomBack() {
        FilterPool pool = new FilterPool(16_384);
        IdFilter filter = new IdFilter(pool);
        filter.add(1, 2);

        filter.close();

        assertThat(pool.bytes()).isZero();
        IdFilter next = new IdFilter(pool);
        next.add(3, 4);
        assertThat(next.mayHave(5, 6)).isFalse();
    }
}
