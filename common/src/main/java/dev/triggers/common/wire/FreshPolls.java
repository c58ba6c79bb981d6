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
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link FreshConsumer} does about a poll that brings little after work, and about records that are large. For one
 * thread, like its consumer.
 */
final class FreshPolls {

    /** So many records are enough to work on. */
    static final int ENOUGH = 100;
    /** Who was away for less has missed nothing. */
    static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** The longest that is waited for what came meanwhile, in case that nothing did. */
    static final Duration LONGEST_WAIT = Duration.ofMillis(5);
    /** Nor is waited for more than this part of the time away. */
    static final int PART = 4;

    /**
     * Records that the consumer underneath hands over at once. Its only bound is their number, however large they are: 32
     * of the largest are 9 MiB.
     */
    static final int STEP = 32;
    /** Bytes of records after which no more are added to them. */
    static final long MOST_BYTES = 8 << 20;

    /** Listens to nothing, for those who do not. */
    static final ConsumerRebalanceListener NOBODY = new ConsumerRebalanceListener() {

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {}

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}
    };

    private final Polling polling;
    private final int most;
    private final LongSupplier clock;
    /** Partitions taken away during a poll that is not the first. */
    private final Set<TopicPartition> gone = new HashSet<>();

    private long returnedAt;
    /** Of such a poll, after others that brought something. */
    private @Nullable RuntimeException failure;

    /** A consumer's own poll, which brings {@link #STEP} records at most. */
    @FunctionalInterface
    interface Polling {
        ConsumerRecords<byte[], byte[]> poll(Duration timeout);
    }

    /**
     * @param most records of a poll, at which no more are added to them
     * @param clock {@link System#nanoTime}
     */
    FreshPolls(Polling polling, int most, LongSupplier clock) {
        this.polling = polling;
        this.most = most;
        this.clock = clock;
        this.returnedAt = clock.getAsLong();
    }

    /** Throws what the consumer throws; when that is in a later poll than the first, the next call does. */
    ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        throwFailure();
        long away = clock.getAsLong() - returnedAt;
        try {
            ConsumerRecords<byte[], byte[]> first = polling.poll(timeout);
            return first.isEmpty() ? first : withMore(first, away);
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

    private ConsumerRecords<byte[], byte[]> withMore(ConsumerRecords<byte[], byte[]> first, long away) {
        Together together = new Together();
        together.add(first);
        boolean missed = away >= SHORT_NANOS;
        ConsumerRecords<byte[], byte[]> last = first;
        while (failure == null && together.bytes < MOST_BYTES) {
            if (last.count() >= STEP && together.count < most) {
                last = another(together, Duration.ZERO);
            } else if (missed && together.count < ENOUGH) {
                missed = false;
                last = another(together, patience(away));
            } else {
                break;
            }
        }
        return together.records();
    }

    private static Duration patience(long away) {
        return Duration.ofNanos(Math.min(LONGEST_WAIT.toNanos(), away / PART));
    }

    private ConsumerRecords<byte[], byte[]> another(Together together, Duration wait) {
        gone.clear();
        ConsumerRecords<byte[], byte[]> records;
        try {
            records = polling.poll(wait);
        } catch (RuntimeException e) {
            failure = e; // later: the consumer is past the others, so that nobody would bring them again
            records = ConsumerRecords.empty();
        }
        together.remove(gone);
        together.add(records);
        return records;
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
        /** Of all that was added. */
        private int count;
        /** Of all that was added: keys, values and headers. */
        private long bytes;

        void add(ConsumerRecords<byte[], byte[]> some) {
            for (TopicPartition partition : some.partitions()) {
                List<ConsumerRecord<byte[], byte[]>> those = some.records(partition);
                records.computeIfAbsent(partition, _ -> new ArrayList<>()).addAll(those);
                those.forEach(record -> bytes += bytes(record));
            }
            count += some.count();
            next.putAll(some.nextOffsets());
        }

        private static long bytes(ConsumerRecord<byte[], byte[]> record) {
            long bytes = Math.max(0, record.serializedKeySize()) + (long) Math.max(0, record.serializedValueSize());
            for (Header header : record.headers()) {
                bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
            }
            return bytes;
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
