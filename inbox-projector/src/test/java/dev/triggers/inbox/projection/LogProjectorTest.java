package dev.triggers.inbox.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.projection.Batch.Span;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class LogProjectorTest {

    private static final TopicPartition ONE = new TopicPartition(Topics.ACCEPTED.name(), 1);
    private static final TopicPartition TWO = new TopicPartition(Topics.ACCEPTED.name(), 2);
    private static final List<TopicPartition> BOTH = List.of(ONE, TWO);
    private static final int MOST = 10;

    private final OrgId orgOne = Events.newOrg();
    private final OrgId orgTwo = Events.newOrg();
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final Tables tables = new Tables();
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final LogProjector projector =
            new LogProjector(tables, new ProjectionMeters(meters, InstantSource.system()), MOST);

    /** What every batch runs into, on the thread that applies it. */
    private volatile Fault fault = Fault.NONE;

    /** What goes wrong with a batch. */
    @FunctionalInterface
    interface Fault {
        Fault NONE = () -> Went.WELL;

        Went now() throws SQLException;
    }

    enum Went {
        WELL,
        LOST_BEFORE,
        /** It is applied, and nobody is told. */
        LOST_AFTER,
        ANOTHER_PROJECTOR_WAS_FASTER
    }

    /** Positions, and which events were applied, in order. */
    private final class Tables implements Projection {

        private final Map<TopicPartition, Long> positions = new HashMap<>();
        private final Map<TopicPartition, List<Long>> sequences = new HashMap<>();
        private final AtomicInteger atOnce = new AtomicInteger();
        private final AtomicBoolean twoAtOnce = new AtomicBoolean();
        private final AtomicInteger handedOver = new AtomicInteger();

        @Override
        public synchronized Map<TopicPartition, Long> positions(Collection<TopicPartition> asked) {
            Map<TopicPartition, Long> found = new HashMap<>();
            asked.forEach(partition -> found.put(partition, position(partition)));
            return found;
        }

        private long position(TopicPartition partition) {
            return positions.getOrDefault(partition, 0L);
        }

        @Override
        public boolean apply(Batch batch) throws SQLException {
            if (Thread.currentThread().getName().startsWith("projector-writer")) {
                handedOver.incrementAndGet();
            }
            if (atOnce.incrementAndGet() > 1) {
                twoAtOnce.set(true);
            }
            try {
                Went went = fault.now();
                if (went == Went.LOST_BEFORE) {
                    throw new SQLException("lost before");
                }
                if (went == Went.ANOTHER_PROJECTOR_WAS_FASTER) {
                    batch.spans().forEach((partition, span) -> applyAsAnother(partition, span.from() + 1));
                }
                boolean applied = move(batch);
                if (applied && went == Went.LOST_AFTER) {
                    throw new SQLException("lost after");
                }
                return applied;
            } finally {
                atOnce.decrementAndGet();
            }
        }

        private synchronized boolean move(Batch batch) {
            for (Map.Entry<TopicPartition, Span> span : batch.spans().entrySet()) {
                if (position(span.getKey()) != span.getValue().from()) {
                    return false;
                }
            }
            batch.spans().forEach((partition, span) -> positions.put(partition, span.to()));
            batch.accepted().forEach(this::add);
            return true;
        }

        private void add(Accepted accepted) {
            TopicPartition partition = accepted.event().org().equals(orgOne) ? ONE : TWO;
            sequences.computeIfAbsent(partition, _ -> new ArrayList<>()).add(accepted.sequence());
        }

        /** Another projector applies this one's next events, up to here. */
        private synchronized void applyAsAnother(TopicPartition partition, long to) {
            for (long next = position(partition); next < to; next++) {
                sequences.computeIfAbsent(partition, _ -> new ArrayList<>()).add(next + 1);
                positions.put(partition, next + 1);
            }
        }

        synchronized List<Long> of(TopicPartition partition) {
            return List.copyOf(sequences.getOrDefault(partition, List.of()));
        }
    }

    private void assign(Collection<TopicPartition> assigned) {
        consumer.assign(assigned);
        projector.onPartitionsAssigned(consumer, assigned);
    }

    private void log(Map<TopicPartition, Long> counts) {
        ends.putAll(counts);
        Map<TopicPartition, Long> begins = new HashMap<>();
        counts.keySet().forEach(partition -> begins.put(partition, 0L));
        consumer.updateBeginningOffsets(begins);
        consumer.updateEndOffsets(counts);
    }

    /** As the container does: the hook before, and then so many records of each partition, from where the consumer stands. */
    private List<ConsumerRecord<byte[], byte[]>> poll(Map<TopicPartition, Integer> counts) {
        projector.beforePoll(consumer);
        counts.forEach((partition, count) -> {
            long from = consumer.position(partition);
            long to = Math.min(from + count, ends.getOrDefault(partition, 0L));
            LongStream.range(from, to).forEach(offset -> consumer.addRecord(record(partition, offset)));
        });
        List<ConsumerRecord<byte[], byte[]>> polled = new ArrayList<>();
        consumer.poll(Duration.ZERO).forEach(polled::add);
        return polled;
    }

    private ConsumerRecord<byte[], byte[]> record(TopicPartition partition, long offset) {
        OrgId org = partition.equals(ONE) ? orgOne : orgTwo;
        ProducerRecord<byte[], byte[]> produced = Topics.ACCEPTED.record(org, Events.accepted(org, offset + 1));
        return new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                offset,
                0,
                TimestampType.CREATE_TIME,
                produced.key().length,
                produced.value().length,
                produced.key(),
                produced.value(),
                produced.headers(),
                Optional.empty());
    }

    private static List<Long> oneTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    private double counted(String name) {
        return meters.get(name).counter().count();
    }

    @Test
    void theNextBatchIsReadWhileOneIsWritten() throws Exception {
        log(Map.of(ONE, 100L));
        assign(List.of(ONE));
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        fault = () -> {
            begun.countDown();
            await(goOn);
            return Went.WELL;
        };

        projector.onMessage(poll(Map.of(ONE, MOST)), consumer);
        begun.await();
        List<ConsumerRecord<byte[], byte[]>> next = poll(Map.of(ONE, MOST));

        assertThat(next).extracting(ConsumerRecord::offset).startsWith(10L);
        assertThat(tables.of(ONE)).isEmpty();
        goOn.countDown();
        projector.onMessage(next, consumer);
        assertThat(projector.settle(consumer)).isTrue();
        assertThat(tables.of(ONE)).isEqualTo(oneTo(20));
    }

    @Test
    void withLittleBehindItABatchIsWrittenAtOnce() {
        log(Map.of(ONE, MOST + MOST - 1L));
        assign(List.of(ONE));

        projector.onMessage(poll(Map.of(ONE, MOST)), consumer);

        assertThat(tables.of(ONE)).isEqualTo(oneTo(10));
        assertThat(tables.handedOver).hasValue(0);
    }

    @Test
    void whatFailsUnderWayIsReadAgainThoughNothingElseComes() {
        log(Map.of(ONE, 100L, TWO, 5L));
        assign(BOTH);
        fault = () -> Went.LOST_BEFORE;
        projector.onMessage(poll(Map.of(ONE, MOST - 5, TWO, 5)), consumer);
        assertThat(projector.settle(consumer)).isFalse();

        assertThat(consumer.position(ONE)).isZero();
        assertThat(consumer.position(TWO)).isZero();
        assertThat(counted("triggers.projection.reread")).isEqualTo(1);
        List<ConsumerRecord<byte[], byte[]>> again = poll(Map.of(ONE, MOST));
        assertThatThrownBy(() -> projector.onMessage(again, consumer))
                .as("written at once now, and the container's to retry")
                .isInstanceOf(Lane.ProjectionFailed.class);
        assertThat(counted("triggers.projection.failures")).isEqualTo(2);
        fault = Fault.NONE;
        projector.onMessage(again, consumer);
        assertThat(tables.of(ONE)).isEqualTo(oneTo(10));
        assertThat(counted("triggers.projection.failures")).isEqualTo(2);
    }

    /** The position stored is 0 as long as nothing of a partition was applied. */
    @Test
    void whatFailsUnderWayIsReadAgainFromWhereTheLogBeginsByNow() {
        log(Map.of(ONE, 100L));
        consumer.updateBeginningOffsets(Map.of(ONE, 7L));
        assign(List.of(ONE));
        fault = () -> Went.LOST_BEFORE;
        projector.onMessage(poll(Map.of(ONE, MOST)), consumer);

        assertThat(projector.settle(consumer)).isFalse();
        assertThat(consumer.position(ONE)).isEqualTo(7);
        fault = Fault.NONE;
        projector.onMessage(poll(Map.of(ONE, MOST)), consumer);
        assertThat(tables.of(ONE)).startsWith(8L).hasSize(10);
    }

    @Test
    void whatFailedUnderWayIsSeenBeforeThePollAfter() throws Exception {
        log(Map.of(ONE, 100L));
        assign(List.of(ONE));
        fault = () -> Went.LOST_BEFORE;
        projector.onMessage(poll(Map.of(ONE, MOST)), consumer);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (consumer.position(ONE) > 0) { // the batch is written by another thread, which nobody waits for here
            assertThat(System.nanoTime()).isLessThan(end);
            assertThat(poll(Map.of())).isEmpty();
            Thread.onSpinWait();
        }

        fault = Fault.NONE;
        projector.onMessage(poll(Map.of(ONE, MOST)), consumer);
        assertThat(tables.of(ONE)).isEqualTo(oneTo(10));
    }

    @Test
    void whatWasReadBehindAFailedBatchIsNotWritten() {
        log(Map.of(ONE, 100L));
        assign(List.of(ONE));
        AtomicInteger batches = new AtomicInteger();
        fault = () -> batches.incrementAndGet() == 1 ? Went.LOST_BEFORE : Went.WELL;

        projector.onMessage(poll(Map.of(ONE, 3 * MOST)), consumer);

        assertThat(tables.of(ONE)).isEmpty();
        assertThat(consumer.position(ONE)).isZero();
    }

    @Test
    void behindAnotherProjectorItStartsOver() {
        log(Map.of(ONE, 100L));
        assign(List.of(ONE));
        fault = () -> Went.ANOTHER_PROJECTOR_WAS_FASTER;
        projector.onMessage(poll(Map.of(ONE, MOST)), consumer);

        assertThat(projector.settle(consumer)).isFalse();
        assertThat(consumer.position(ONE)).isEqualTo(1);
        assertThat(counted("triggers.projection.fenced")).isEqualTo(1);
    }

    @Test
    void whoeverHasAPartitionNextWaitsForWhatIsUnderWay() throws Exception {
        log(Map.of(ONE, 100L));
        assign(List.of(ONE));
        CountDownLatch goOn = new CountDownLatch(1);
        fault = () -> {
            await(goOn);
            return Went.WELL;
        };
        projector.onMessage(poll(Map.of(ONE, MOST)), consumer);
        Thread released = Thread.ofPlatform().start(() -> projector.onPartitionsLost(consumer, List.of(ONE)));
        while (released.getState() != Thread.State.TIMED_WAITING) {
            assertThat(released.isAlive()).isTrue();
            Thread.onSpinWait();
        }
        goOn.countDown();
        released.join();

        assertThat(tables.of(ONE)).isEqualTo(oneTo(10));
        assertThat(projector.partitions()).isZero();
    }

    /** Batches fail, are applied without an answer, meet another projector; partitions come and go. Each event is applied once, in order. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void eachEventIsAppliedOnceAndInOrder(long seed) {
        Random random = new Random(seed);
        Random luck = new Random(seed);
        fault = () -> {
            int chance;
            synchronized (luck) {
                chance = luck.nextInt(12);
            }
            return chance < Went.values().length ? Went.values()[chance] : Went.WELL;
        };
        long events = 3_000;
        log(Map.of(ONE, events, TWO, events));
        assign(BOTH);
        for (int polls = 0; tables.of(ONE).size() < events || tables.of(TWO).size() < events; polls++) {
            assertThat(polls).as("polls, far more than are needed").isLessThan(20_000);
            if (random.nextInt(20) == 0) {
                TopicPartition one = BOTH.get(random.nextInt(2));
                projector.onPartitionsLost(consumer, BOTH);
                assign(random.nextBoolean() ? BOTH : List.of(one));
            }
            List<ConsumerRecord<byte[], byte[]>> polled = poll(some(random));
            for (int times = 0; !taken(polled); times++) {
                assertThat(times).as("times that the same records fail").isLessThan(1_000);
            }
        }
        projector.settle(consumer);

        assertThat(tables.of(ONE)).isEqualTo(oneTo(events));
        assertThat(tables.of(TWO)).isEqualTo(oneTo(events));
        assertThat(tables.twoAtOnce).isFalse();
        assertThat(tables.handedOver).hasPositiveValue();
        assertThat(counted("triggers.projection.reread")).isPositive();
        assertThat(counted("triggers.projection.fenced")).isPositive();
    }

    private Map<TopicPartition, Integer> some(Random random) {
        Map<TopicPartition, Integer> some = new HashMap<>();
        consumer.assignment().forEach(partition -> some.put(partition, random.nextInt(3 * MOST)));
        return some;
    }

    /** The container gives the same records until they are taken. */
    private boolean taken(List<ConsumerRecord<byte[], byte[]>> polled) {
        if (polled.isEmpty()) {
            return true;
        }
        try {
            projector.onMessage(polled, consumer);
            return true;
        } catch (Lane.ProjectionFailed _) {
            return false;
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody let it go on");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
