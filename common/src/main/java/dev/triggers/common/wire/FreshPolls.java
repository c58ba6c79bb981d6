package dev.triggers.common.wire;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** What a {@link FreshConsumer} does about a poll that brings little after work. For one thread, like its consumer. */
final class FreshPolls {

    /** So many records are enough to work on. */
    static final int ENOUGH = 100;
    /** Who was away for less has missed nothing. */
    static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** The longest that is waited for what came meanwhile, in case that nothing did. */
    static final Duration LONGEST_WAIT = Duration.ofMillis(5);
    /** Nor is waited for more than this part of the time away. */
    static final int PART = 4;

    /** Listens to nothing, for those who do not. */
    static final ConsumerRebalanceListener NOBODY = new ConsumerRebalanceListener() {

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}
    };

    private final Polling polling;
    private final LongSupplier clock;
    /** Partitions taken away during the second poll. */
    private final Set<TopicPartition> gone = new HashSet<>();

    private long returnedAt;
    /** Of a second poll, after a first one that brought something. */
    private @Nullable RuntimeException failure;

    /** A consumer's own poll. */
    @FunctionalInterface
    interface Polling {
        ConsumerRecords<byte[], byte[]> poll(Duration timeout);
    }

    /** @param clock {@link System#nanoTime} */
    FreshPolls(Polling polling, LongSupplier clock) {
        this.polling = polling;
        this.clock = clock;
        this.returnedAt = clock.getAsLong();
    }

    /** Throws what the consumer throws; when that is in a second poll, the next call does, and this one brings the first. */
    ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        throwFailure();
        long away = clock.getAsLong() - returnedAt;
        try {
            ConsumerRecords<byte[], byte[]> records = polling.poll(timeout);
            return away < SHORT_NANOS || records.isEmpty() || records.count() >= ENOUGH
                    ? records
                    : withMore(records, patience(away));
        } finally {
            returnedAt = clock.getAsLong();
        }
    }

    private void throwFailure() {
        RuntimeException failed = failure;
        if (failed != null) {
            failure = null;
            throw failed;
        }
    }

    private static Duration patience(long away) {
        return Duration.ofNanos(Math.min(LONGEST_WAIT.toNanos(), away / PART));
    }

    private ConsumerRecords<byte[], byte[]> withMore(ConsumerRecords<byte[], byte[]> first, Duration wait) {
        gone.clear();
        ConsumerRecords<byte[], byte[]> second;
        try {
            second = polling.poll(wait);
        } catch (RuntimeException e) {
            failure = e; // later: the consumer is past the first ones, so that nobody would bring them again
            second = ConsumerRecords.empty();
        }
        Together together = new Together();
        together.add(first);
        together.remove(gone);
        together.add(second);
        return together.records();
    }

    /** The listener, and what it is told is noticed. */
    ConsumerRebalanceListener watching(ConsumerRebalanceListener listener) {
        return new ConsumerRebalanceListener() {

            @Override
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                gone.addAll(partitions);
                listener.onPartitionsRevoked(partitions);
            }

            @Override
            public void onPartitionsLost(Collection<TopicPartition> partitions) {
                gone.addAll(partitions);
                listener.onPartitionsLost(partitions);
            }

            @Override
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                listener.onPartitionsAssigned(partitions);
            }
        };
    }

    private static final class Together {

        private final Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new HashMap<>();
        private final Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();

        void add(ConsumerRecords<byte[], byte[]> some) {
            for (TopicPartition partition : some.partitions()) {
                records.computeIfAbsent(partition, _ -> new ArrayList<>()).addAll(some.records(partition));
            }
            next.putAll(some.nextOffsets());
        }

        /** Whoever gets them reads them again, from where that one goes on: this consumer too. */
        void remove(Set<TopicPartition> partitions) {
            records.keySet().removeAll(partitions);
            next.keySet().removeAll(partitions);
        }

        ConsumerRecords<byte[], byte[]> records() {
            return new ConsumerRecords<>(records, next);
        }
    }
}
