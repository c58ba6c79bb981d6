package dev.triggers.inbox.projection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class BatchSizeTest {

    private static final Duration FAST = BatchSize.TARGET.dividedBy(10);
    private static final Duration SLOW = BatchSize.TARGET.multipliedBy(10);

    @Test
    void fullBatchesThatAreFastGrowUpToTheMost() {
        BatchSize size = new BatchSize(2_000);
        size.took(size.records(), FAST);
        assertThat(size.records()).isEqualTo(1_000);
        for (int i = 0; i < 10; i++) {
            size.took(size.records(), FAST);
        }
        assertThat(size.records()).isEqualTo(2_000);
    }

    @Test
    void slowBatchesShrinkByHalfAtMostAndNotBelowTheLeast() {
        BatchSize size = new BatchSize(2_000);
        size.took(size.records(), SLOW);
        assertThat(size.records()).isEqualTo(250);
        for (int i = 0; i < 10; i++) {
            size.took(size.records(), SLOW);
        }
        assertThat(size.records()).isEqualTo(BatchSize.LEAST);
    }

    @Test
    void aBatchThatTakesTheTargetStaysAsItIs() {
        BatchSize size = new BatchSize(2_000);
        size.took(size.records(), BatchSize.TARGET);
        assertThat(size.records()).isEqualTo(500);
    }

    @Test
    void aFastBatchThatWasNotFullSaysNothing() {
        BatchSize size = new BatchSize(2_000);
        size.took(3, FAST);
        assertThat(size.records()).isEqualTo(500);
    }

    @Test
    void aSlowBatchThatWasNotFullShrinksFromWhatItWas() {
        BatchSize size = new BatchSize(2_000);
        size.took(200, SLOW);
        assertThat(size.records()).isEqualTo(100);
    }

    @Test
    void aSmallMostIsKept() {
        BatchSize size = new BatchSize(1);
        size.took(1, FAST);
        assertThat(size.records()).isEqualTo(1);
        size.took(1, SLOW);
        assertThat(size.records()).isEqualTo(1);
    }

    @Test
    void theFewThatWouldBeLeftOverGoWithTheLastBatch() {
        List<ConsumerRecord<byte[], byte[]>> polled =
                LongStream.range(0, 1_016).mapToObj(offset -> record(offset, 1)).toList();
        BatchSize size = new BatchSize(2_000);

        assertThat(size.records()).isEqualTo(500);
        assertThat(size.end(polled, 0)).isEqualTo(500);
        assertThat(size.end(polled, 500)).isEqualTo(1_016);
        assertThat(size.end(polled.subList(0, 531), 0))
                .as("a sixteenth and no more")
                .isEqualTo(500);
    }

    @Test
    void aBatchEndsAtItsBytesToo() {
        List<ConsumerRecord<byte[], byte[]>> polled = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            polled.add(record(i, BatchSize.MOST_BYTES / 4));
        }
        polled.add(record(10, BatchSize.MOST_BYTES + 1));
        polled.add(record(11, 1));
        BatchSize size = new BatchSize(2_000);

        List<Integer> ends = new ArrayList<>();
        for (int from = 0; from < polled.size(); from = ends.getLast()) {
            ends.add(size.end(polled, from));
        }
        assertThat(ends).containsExactly(4, 8, 10, 11, 12);
    }

    private static ConsumerRecord<byte[], byte[]> record(long offset, int bytes) {
        return new ConsumerRecord<>(
                "triggers.accepted",
                0,
                offset,
                0,
                TimestampType.CREATE_TIME,
                0,
                bytes,
                new byte[0],
                new byte[0],
                new RecordHeaders(),
                Optional.empty());
    }
}
