package dev.triggers.inbox.kafka;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.Marker;
import dev.triggers.common.wire.Topics;
import dev.triggers.common.wire.UnreadableRecord;
import dev.triggers.inbox.InboxUnavailable;
import dev.triggers.inbox.IngestedLog;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Utils;

/** The log by offsets, read with consumers that callers use in turn; who waits too long is told so. */
public final class KafkaIngested implements IngestedLog, AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    /** However large they are: 28 MiB at most. */
    private static final int POLLED_RECORDS = 100;
    /** How long it is waited for what should be there. */
    private static final Duration LOOK = Duration.ofMillis(300);

    private final KafkaConnection kafka;
    private final ReentrantLock turn = new ReentrantLock();
    private final Map<IsolationLevel, KafkaConsumer<byte[], byte[]>> consumers = new EnumMap<>(IsolationLevel.class);
    private boolean closed;

    public KafkaIngested(KafkaConnection kafka) {
        this.kafka = kafka;
    }

    @Override
    public int partitions() {
        return ask(IsolationLevel.READ_COMMITTED, KafkaIngested::partitions);
    }

    private static int partitions(KafkaConsumer<byte[], byte[]> consumer) {
        return consumer.partitionsFor(Topics.INGESTED.name(), PATIENCE).size();
    }

    /** As Kafka's producer chooses it for a key. */
    @Override
    public int partitionOf(OrgId org) {
        byte[] key = Topics.ORG_ID.serializer().serialize(Topics.INGESTED.name(), org);
        return Utils.toPositive(Utils.murmur2(key)) % partitions();
    }

    @Override
    public Ends ends(int partition) {
        TopicPartition ingested = new TopicPartition(Topics.INGESTED.name(), partition);
        return ask(IsolationLevel.READ_UNCOMMITTED, open -> {
            Map<Outcomes, Long> outcomes = new EnumMap<>(Outcomes.class);
            for (Outcomes topic : Outcomes.values()) {
                outcomes.put(topic, end(open, new TopicPartition(nameOf(topic), partition)));
            }
            long oldest = open.beginningOffsets(List.of(ingested), PATIENCE).getOrDefault(ingested, 0L);
            return new Ends(oldest, end(open, ingested), outcomes);
        });
    }

    private static long end(KafkaConsumer<byte[], byte[]> open, TopicPartition partition) {
        return open.endOffsets(List.of(partition), PATIENCE).getOrDefault(partition, 0L);
    }

    private static String nameOf(Outcomes topic) {
        return switch (topic) {
            case ACCEPTED -> Topics.ACCEPTED.name();
            case REJECTED -> Topics.REJECTED.name();
            case STAMPED -> Topics.DISPOSITIONS.name();
        };
    }

    @Override
    public boolean nothingLeft(Outcomes topic, int partition, long position, long end) {
        TopicPartition outcomes = new TopicPartition(nameOf(topic), partition);
        return position >= end
                || ask(IsolationLevel.READ_COMMITTED, open -> nothingLeft(open, outcomes, position, end));
    }

    /** A consumer of what is committed passes over the marks of transactions, and stops before one that is open. */
    private static boolean nothingLeft(
            KafkaConsumer<byte[], byte[]> open, TopicPartition outcomes, long position, long end) {
        long oldest = open.beginningOffsets(List.of(outcomes), PATIENCE).getOrDefault(outcomes, 0L);
        long deadline = System.nanoTime() + LOOK.toNanos();
        open.assign(List.of(outcomes));
        open.seek(outcomes, Math.max(position, oldest));
        while (open.position(outcomes) < end && System.nanoTime() - deadline < 0) {
            for (ConsumerRecord<byte[], byte[]> record : open.poll(LOOK).records(outcomes)) {
                return record.offset() >= end;
            }
        }
        return open.position(outcomes) >= end;
    }

    @Override
    public Run read(int partition, long from, long to) {
        TopicPartition ingested = new TopicPartition(Topics.INGESTED.name(), partition);
        return from >= to
                ? new Run(List.of(), from)
                : ask(IsolationLevel.READ_COMMITTED, open -> read(open, ingested, from, to));
    }

    private static Run read(KafkaConsumer<byte[], byte[]> open, TopicPartition ingested, long from, long to) {
        List<Entry> entries = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        open.assign(List.of(ingested));
        open.seek(ingested, from);
        while (open.position(ingested) < to && System.nanoTime() - deadline < 0) {
            for (ConsumerRecord<byte[], byte[]> record :
                    open.poll(Duration.ofMillis(500)).records(ingested)) {
                if (record.offset() < to) {
                    entries.add(entry(record));
                }
            }
        }
        return new Run(entries, Math.min(to, open.position(ingested)));
    }

    private static Entry entry(ConsumerRecord<byte[], byte[]> record) {
        return new Entry(record.offset(), orgOf(record), Instant.ofEpochMilli(record.timestamp()), isMarker(record));
    }

    private static boolean isMarker(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Topics.INGESTED.read(record) instanceof Marker;
        } catch (UnreadableRecord _) {
            return false;
        }
    }

    private static Optional<OrgId> orgOf(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.ofNullable(record.key())
                    .map(key -> Topics.ORG_ID.deserializer().deserialize(record.topic(), key));
        } catch (UnreadableRecord _) {
            return Optional.empty();
        }
    }

    private <T> T ask(IsolationLevel isolation, Function<KafkaConsumer<byte[], byte[]>, T> question) {
        awaitTurn();
        try {
            return question.apply(open(isolation));
        } catch (KafkaException e) {
            closeConsumers();
            throw new InboxUnavailable("log: " + e.getMessage(), e);
        } finally {
            turn.unlock();
        }
    }

    private void awaitTurn() {
        try {
            if (!turn.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new InboxUnavailable("log: others are reading it");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InboxUnavailable("log: interrupted", e);
        }
    }

    private KafkaConsumer<byte[], byte[]> open(IsolationLevel isolation) {
        if (closed) {
            throw new InboxUnavailable("log: closing");
        }
        return consumers.computeIfAbsent(isolation, _ -> {
            Map<String, Object> settings = kafka.client();
            settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolation.toString());
            settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLLED_RECORDS);
            settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 << 20);
            settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 4 << 20);
            settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
            settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
            settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
            settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
            return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        });
    }

    private void closeConsumers() {
        consumers.values().forEach(KafkaConsumer::close);
        consumers.clear();
    }

    @Override
    public void close() {
        turn.lock();
        try {
            closed = true;
            closeConsumers();
        } finally {
            turn.unlock();
        }
    }
}
