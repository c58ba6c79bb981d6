package dev.triggers.inbox.projection;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.Disposition.Acknowledged;
import dev.triggers.common.disposition.Disposition.Purged;
import dev.triggers.common.disposition.Disposition.Quarantined;
import dev.triggers.common.wire.FreshConsumer;
import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.Topic;
import dev.triggers.inbox.projection.Batch.Span;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Applies the log to a {@link Projection} from where it stands up to given positions, beside the projectors and their group. */
public final class LogReplay {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final int TIMEOUT_MILLIS = 5_000;

    private final KafkaConnection kafka;
    private final int batchRecords;

    /** @param batchRecords the most records in a transaction */
    public LogReplay(KafkaConnection kafka, int batchRecords) {
        this.kafka = kafka;
        this.batchRecords = batchRecords;
    }

    /** Asked between batches: throws to end a replay. */
    @FunctionalInterface
    public interface Watch {
        void check() throws SQLException, InterruptedException;
    }

    /** The partitions of the topics that are projected. Throws {@link KafkaException}. */
    public Set<TopicPartition> partitions() {
        Set<TopicPartition> partitions = new HashSet<>();
        try (Consumer<byte[], byte[]> consumer = consumer()) {
            for (Topic<?, ?> topic : Books.TOPICS) {
                consumer.partitionsFor(topic.name())
                        .forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
            }
        }
        return partitions;
    }

    /** The oldest offset of each. Throws {@link KafkaException}. */
    public Map<TopicPartition, Long> oldest(Collection<TopicPartition> partitions) {
        try (Consumer<byte[], byte[]> consumer = consumer()) {
            return consumer.beginningOffsets(partitions);
        }
    }

    /** The end of each, as committed transactions go. Throws {@link KafkaException}. */
    public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        try (Consumer<byte[], byte[]> consumer = consumer()) {
            return consumer.endOffsets(partitions);
        }
    }

    /**
     * Applies all records below the targets; afterwards the projection stands at them. Throws {@link KafkaException} and
     * what the projection throws; what was applied until then stays.
     */
    public void to(Projection projection, Map<TopicPartition, Long> targets, Watch watch)
            throws SQLException, InterruptedException {
        Map<TopicPartition, Long> positions = new HashMap<>(projection.positions(targets.keySet()));
        try (Consumer<byte[], byte[]> consumer = consumer()) {
            Map<TopicPartition, Long> open = open(consumer, positions, targets);
            BatchSize size = new BatchSize(batchRecords);
            while (!open.isEmpty()) {
                watch.check();
                apply(projection, below(open, consumer.poll(POLL)), positions, size);
                open.entrySet().removeIf(each -> consumer.position(each.getKey()) >= each.getValue());
                consumer.pause(consumer.assignment().stream()
                        .filter(partition -> !open.containsKey(partition))
                        .toList());
            }
        }
        finish(projection, positions, targets);
    }

    /** Of the partitions that are not there yet, how far to go; no farther than the log. */
    private static Map<TopicPartition, Long> open(
            Consumer<byte[], byte[]> consumer, Map<TopicPartition, Long> positions, Map<TopicPartition, Long> targets) {
        Map<TopicPartition, Long> oldest = consumer.beginningOffsets(targets.keySet());
        Map<TopicPartition, Long> ends = consumer.endOffsets(targets.keySet());
        Map<TopicPartition, Long> open = new HashMap<>();
        Map<TopicPartition, Long> from = new HashMap<>();
        targets.forEach((partition, target) -> {
            long first = Math.max(positions.getOrDefault(partition, 0L), oldest.getOrDefault(partition, 0L));
            long last = Math.min(target, ends.getOrDefault(partition, target));
            if (first < last) {
                open.put(partition, last);
                from.put(partition, first);
            }
        });
        consumer.assign(open.keySet());
        from.forEach(consumer::seek);
        return open;
    }

    private static List<ConsumerRecord<byte[], byte[]>> below(
            Map<TopicPartition, Long> targets, Iterable<ConsumerRecord<byte[], byte[]>> polled) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : polled) {
            Long target = targets.get(new TopicPartition(record.topic(), record.partition()));
            if (target != null && record.offset() < target) {
                records.add(record);
            }
        }
        return records;
    }

    private static void apply(
            Projection projection,
            List<ConsumerRecord<byte[], byte[]>> records,
            Map<TopicPartition, Long> positions,
            BatchSize size)
            throws SQLException {
        for (int from = 0; from < records.size(); ) {
            int end = size.end(records, from);
            Batch batch = new BatchReader(positions).read(records.subList(from, end));
            long start = System.nanoTime();
            require(projection.apply(batch));
            size.took(batch.size(), Duration.ofNanos(System.nanoTime() - start));
            batch.spans().forEach((partition, span) -> positions.put(partition, span.to()));
            from = end;
        }
    }

    /** Where the last records before a target were no data, or are gone. */
    private static void finish(
            Projection projection, Map<TopicPartition, Long> positions, Map<TopicPartition, Long> targets)
            throws SQLException {
        Map<TopicPartition, Span> spans = new TreeMap<>(LogProjector.BY_NAME);
        targets.forEach((partition, target) -> {
            long position = positions.getOrDefault(partition, 0L);
            if (position < target) {
                spans.put(partition, new Span(position, target));
            }
        });
        if (!spans.isEmpty()) {
            require(projection.apply(new Batch(spans, List.of(), List.of(), List.of())));
        }
    }

    private static void require(boolean applied) {
        if (!applied) {
            throw new IllegalStateException("positions: moved by another instance (expected: one builds at a time)");
        }
    }

    /**
     * What requests have applied before its turn in the log came (ADR 0029), from these positions to the ends of the log. It
     * is written without transactions, and may stand behind one of the processor's that is still open.
     */
    public List<Disposition> appliedEarly(Map<TopicPartition, Long> positions, Watch watch)
            throws SQLException, InterruptedException {
        List<Disposition> decisions = new ArrayList<>();
        try (Consumer<byte[], byte[]> consumer = consumer("read_uncommitted")) {
            Map<TopicPartition, Long> open = open(consumer, positions, consumer.endOffsets(positions.keySet()));
            while (!open.isEmpty()) {
                watch.check();
                for (ConsumerRecord<byte[], byte[]> record : below(open, consumer.poll(POLL))) {
                    decisions.addAll(readable(record));
                }
                open.entrySet().removeIf(each -> consumer.position(each.getKey()) >= each.getValue());
            }
        }
        return decisions;
    }

    private static List<Disposition> readable(ConsumerRecord<byte[], byte[]> record) {
        Batch batch = new BatchReader(Map.of(new TopicPartition(record.topic(), record.partition()), record.offset()))
                .read(List.of(record));
        return batch.dispositions().stream()
                .filter(decision -> decision instanceof Acknowledged
                        || decision instanceof Purged
                        || decision instanceof Quarantined)
                .toList();
    }

    private Consumer<byte[], byte[]> consumer() {
        return consumer("read_committed");
    }

    private Consumer<byte[], byte[]> consumer(String isolation) {
        Map<String, Object> settings = kafka.client();
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation);
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, batchRecords);
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
        return new FreshConsumer(settings);
    }
}
