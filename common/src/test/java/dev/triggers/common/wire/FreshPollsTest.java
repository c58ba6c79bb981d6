package dev.triggers.common.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.common.event.Limits;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class FreshPollsTest {

    private static final TopicPartition ONE = new TopicPartition("t", 1);
    private static final TopicPartition TWO = new TopicPartition("t", 2);
    private static final Duration PATIENT = Duration.ofMillis(10);
    private static final Duration WORK = Duration.ofMillis(40);

    private final Deque<Supplier<ConsumerRecords<byte[], byte[]>>> answers = new ArrayDeque<>();
    private final List<Duration> waits = new ArrayList<>();
    private long now = 7;
    private final FreshPolls polls = new FreshPolls(this::answer, FreshPolls.ENOUGH, () -> now);
    private final ConsumerRebalanceListener watching = polls.watching(FreshPolls.NOBODY);

    @Test
    void littleAfterWorkComesWithWhatCameMeanwhile() {
        answers.add(() -> records(Map.of(ONE, offsets(5, 5))));
        answers.add(() -> records(Map.of(ONE, offsets(6, 9), TWO, offsets(1, 3))));
        work(WORK);

        ConsumerRecords<byte[], byte[]> together = polls.poll(PATIENT);

        assertThat(offsets(together, ONE)).containsExactly(5L, 6L, 7L, 8L, 9L);
        assertThat(offsets(together, TWO)).containsExactly(1L, 2L, 3L);
        assertThat(together.nextOffsets())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(ONE, new OffsetAndMetadata(10), TWO, new OffsetAndMetadata(4)));
        assertThat(waits).containsExactly(PATIENT, FreshPolls.LONGEST_WAIT);
    }

    @Test
    void forLittleWorkIsWaitedLittle() {
        answers.add(() -> records(Map.of(ONE, offsets(1, 1))));
        answers.add(ConsumerRecords::empty);
        work(Duration.ofMillis(2));

        assertThat(offsets(polls.poll(PATIENT), ONE)).containsExactly(1L);
        assertThat(waits).containsExactly(PATIENT, Duration.ofNanos(500_000));
    }

    @Test
    void whoDidNotWorkWhoGotEnoughAndWhoGotNothingPollOnce() {
        answers.add(() -> records(Map.of(ONE, offsets(1, 1))));
        assertThat(polls.poll(PATIENT).count()).isEqualTo(1);

        work(WORK);
        answers.add(() -> records(Map.of(ONE, offsets(2, 1 + FreshPolls.ENOUGH))));
        assertThat(polls.poll(PATIENT).count()).isEqualTo(FreshPolls.ENOUGH);

        work(WORK);
        answers.add(ConsumerRecords::empty);
        assertThat(polls.poll(PATIENT).isEmpty()).isTrue();
        assertThat(waits).hasSize(3);
    }

    @Test
    void whatIsAtHandComesInStepsUntilItIsTheMost() {
        for (int step = 0; step < 4; step++) {
            long first = (long) step * FreshPolls.STEP;
            answers.add(() -> records(Map.of(ONE, offsets(first, first + FreshPolls.STEP - 1))));
        }

        assertThat(offsets(polls.poll(PATIENT), ONE)).isEqualTo(offsets(0, 4 * FreshPolls.STEP - 1));
        assertThat(waits).containsExactly(PATIENT, Duration.ZERO, Duration.ZERO, Duration.ZERO);
    }

    @Test
    void aStepThatIsNotFullIsTheLast() {
        answers.add(() -> records(Map.of(ONE, offsets(1, FreshPolls.STEP))));
        answers.add(() -> records(Map.of(ONE, offsets(FreshPolls.STEP + 1, FreshPolls.STEP + 2))));

        assertThat(polls.poll(PATIENT).count()).isEqualTo(FreshPolls.STEP + 2);
        assertThat(waits).hasSize(2);
    }

    @Test
    void largeRecordsEndAPollHoweverFewTheyAre() {
        byte[] large = new byte[Limits.DATA_BYTES];
        answers.add(() -> records(Map.of(ONE, offsets(1, FreshPolls.STEP)), large));
        work(WORK);

        assertThat(polls.poll(PATIENT).count()).isEqualTo(FreshPolls.STEP);
        assertThat(waits).hasSize(1);
    }

    @Test
    void headersAreBytesToo() {
        answers.add(() -> {
            ConsumerRecords<byte[], byte[]> some = records(Map.of(ONE, offsets(1, FreshPolls.STEP)));
            some.forEach(record -> record.headers().add("h", new byte[Limits.DATA_BYTES]));
            return some;
        });

        assertThat(polls.poll(PATIENT).count()).isEqualTo(FreshPolls.STEP);
        assertThat(waits).hasSize(1);
    }

    @Test
    void timeIsCountedFromTheEndOfAPoll() {
        answers.add(() -> {
            work(WORK); // waiting for records is none
            return ConsumerRecords.empty();
        });
        polls.poll(PATIENT);
        answers.add(() -> records(Map.of(ONE, offsets(1, 1))));

        assertThat(polls.poll(PATIENT).count()).isEqualTo(1);
        assertThat(waits).hasSize(2);
    }

    @Test
    void whatTheSecondPollReadPastWithoutRecordsIsKnown() {
        answers.add(() -> records(Map.of(ONE, offsets(5, 5))));
        answers.add(() -> new ConsumerRecords<>(Map.of(), Map.of(ONE, new OffsetAndMetadata(8))));
        work(WORK);

        ConsumerRecords<byte[], byte[]> together = polls.poll(PATIENT);

        assertThat(offsets(together, ONE)).containsExactly(5L);
        assertThat(together.nextOffsets()).containsEntry(ONE, new OffsetAndMetadata(8));
    }

    @Test
    void partitionsTakenAwayMeanwhileAreLeftToTheirNextOwner() {
        answers.add(() -> records(Map.of(ONE, offsets(5, 5), TWO, offsets(2, 4))));
        answers.add(() -> {
            watching.onPartitionsRevoked(List.of(ONE));
            return records(Map.of(TWO, offsets(5, 5)));
        });
        work(WORK);

        ConsumerRecords<byte[], byte[]> together = polls.poll(PATIENT);

        assertThat(together.partitions()).containsExactly(TWO);
        assertThat(together.nextOffsets()).containsOnlyKeys(TWO);
        assertThat(offsets(together, TWO)).containsExactly(2L, 3L, 4L, 5L);
    }

    @Test
    void aPartitionThatIsLostAndComesBackGoesOnFromWhereItIsPutThen() {
        answers.add(() -> records(Map.of(ONE, offsets(5, 7))));
        answers.add(() -> {
            watching.onPartitionsLost(List.of(ONE));
            watching.onPartitionsAssigned(List.of(ONE));
            return records(Map.of(ONE, offsets(3, 5)));
        });
        work(WORK);

        assertThat(offsets(polls.poll(PATIENT), ONE)).containsExactly(3L, 4L, 5L);
    }

    @Test
    void whatWasTakenAwayBeforeIsNotTakenForGoneOnceItIsBack() {
        answers.add(() -> {
            watching.onPartitionsRevoked(List.of(ONE));
            watching.onPartitionsAssigned(List.of(ONE));
            return records(Map.of(ONE, offsets(5, 5)));
        });
        answers.add(() -> records(Map.of(ONE, offsets(6, 6))));
        work(WORK);

        assertThat(offsets(polls.poll(PATIENT), ONE)).containsExactly(5L, 6L);
    }

    @Test
    void aSecondPollThatFailsLosesNothingAndIsHeardOfNext() {
        KafkaException failure = new KafkaException("not now");
        answers.add(() -> records(Map.of(ONE, offsets(5, 5), TWO, offsets(1, 1))));
        answers.add(() -> {
            watching.onPartitionsRevoked(List.of(TWO));
            throw failure;
        });
        work(WORK);

        ConsumerRecords<byte[], byte[]> first = polls.poll(PATIENT);

        assertThat(first.partitions()).containsExactly(ONE);
        assertThatThrownBy(() -> polls.poll(PATIENT)).isSameAs(failure);
        answers.add(() -> records(Map.of(ONE, offsets(6, 6))));
        assertThat(offsets(polls.poll(PATIENT), ONE)).containsExactly(6L);
        assertThat(waits).hasSize(3);
    }

    @Test
    void aFirstPollThatFailsFailsAtOnce() {
        KafkaException failure = new KafkaException("not now");
        answers.add(() -> {
            throw failure;
        });
        work(WORK);

        assertThatThrownBy(() -> polls.poll(PATIENT)).isSameAs(failure);
        answers.add(() -> records(Map.of(ONE, offsets(1, 1))));
        assertThat(polls.poll(PATIENT).count()).isEqualTo(1);
    }

    @Test
    void theListenerIsToldAllThatItsConsumerIs() {
        List<String> told = new ArrayList<>();
        ConsumerRebalanceListener listener = polls.watching(new ConsumerRebalanceListener() {

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                told.add("revoked " + partitions);
            }

            @Override
            public void onPartitionsLost(Collection<TopicPartition> partitions) {
                told.add("lost " + partitions);
            }

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                told.add("assigned " + partitions);
            }
        });

        listener.onPartitionsAssigned(List.of(ONE));
        listener.onPartitionsRevoked(List.of(ONE));
        listener.onPartitionsLost(List.of(TWO));

        assertThat(told).containsExactly("assigned [t-1]", "revoked [t-1]", "lost [t-2]");
    }

    private void work(Duration time) {
        now += time.toNanos();
    }

    private ConsumerRecords<byte[], byte[]> answer(Duration wait) {
        waits.add(wait);
        return answers.remove().get();
    }

    private static List<Long> offsets(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    private static List<Long> offsets(ConsumerRecords<byte[], byte[]> records, TopicPartition partition) {
        return records.records(partition).stream().map(ConsumerRecord::offset).toList();
    }

    private static ConsumerRecords<byte[], byte[]> records(Map<TopicPartition, List<Long>> offsets) {
        return records(offsets, new byte[0]);
    }

    private static ConsumerRecords<byte[], byte[]> records(Map<TopicPartition, List<Long>> offsets, byte[] value) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new HashMap<>();
        Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
        offsets.forEach((partition, some) -> {
            records.put(
                    partition,
                    some.stream()
                            .map(offset -> record(partition, offset, value))
                            .toList());
            next.put(partition, new OffsetAndMetadata(some.getLast() + 1));
        });
        return new ConsumerRecords<>(records, next);
    }

    private static ConsumerRecord<byte[], byte[]> record(TopicPartition partition, long offset, byte[] value) {
        return new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                offset,
                0,
                TimestampType.CREATE_TIME,
                0,
                value.length,
                new byte[0],
                value,
                new RecordHeaders(),
                Optional.empty());
    }
}
