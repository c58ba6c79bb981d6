package dev.triggers.inbox.kafka;

import dev.triggers.common.event.EventId;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.Marker;
import dev.triggers.common.wire.Submission;
import dev.triggers.common.wire.Topics;
import dev.triggers.common.wire.UnreadableRecord;
import dev.triggers.inbox.InboxUnavailable;
import dev.triggers.inbox.SubmissionLog;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Looks single submissions up in {@code triggers.ingested}, with a few consumers that are used in turn. */
public final class KafkaSubmissions implements SubmissionLog, AutoCloseable {

    private static final int CONSUMERS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final KafkaConnection kafka;
    private final Semaphore places = new Semaphore(CONSUMERS, true);
    private final Deque<KafkaConsumer<byte[], byte[]>> idle = new ArrayDeque<>();
    private boolean closed;

    public KafkaSubmissions(KafkaConnection kafka) {
        this.kafka = kafka;
    }

    @Override
    public Optional<Entry> at(Receipt receipt) {
        awaitPlace();
        try {
            KafkaConsumer<byte[], byte[]> consumer = take();
            try {
                Optional<Entry> entry = read(consumer, receipt);
                giveBack(consumer);
                return entry;
            } catch (KafkaException e) {
                consumer.close();
                throw new InboxUnavailable("log: " + e.getMessage(), e);
            }
        } finally {
            places.release();
        }
    }

    private void awaitPlace() {
        try {
            if (!places.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new InboxUnavailable("log: too many look-ups at once");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InboxUnavailable("log: interrupted", e);
        }
    }

    private static Optional<Entry> read(KafkaConsumer<byte[], byte[]> consumer, Receipt receipt) {
        TopicPartition partition = new TopicPartition(Topics.INGESTED.name(), receipt.partition());
        if (receipt.partition()
                >= consumer.partitionsFor(partition.topic(), PATIENCE).size()) {
            return Optional.empty();
        }
        List<TopicPartition> one = List.of(partition);
        long oldest = consumer.beginningOffsets(one, PATIENCE).getOrDefault(partition, 0L);
        long end = consumer.endOffsets(one, PATIENCE).getOrDefault(partition, 0L);
        if (receipt.offset() < oldest || receipt.offset() >= end) {
            return Optional.empty();
        }
        consumer.assign(one);
        consumer.seek(partition, receipt.offset());
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(PATIENCE).records(partition)) {
            return record.offset() == receipt.offset() ? entry(record) : Optional.empty();
        }
        throw new InboxUnavailable("log: no answer within " + PATIENCE.toMillis() + " ms");
    }

    /** A marker is nobody's submission. */
    private static Optional<Entry> entry(ConsumerRecord<byte[], byte[]> record) {
        try {
            return switch (Topics.INGESTED.read(record)) {
                case Submission submission ->
                    Optional.of(new Entry(
                            Optional.of(submission.event().org()),
                            Optional.of(submission.event().id())));
                case Marker _ -> Optional.empty();
            };
        } catch (UnreadableRecord _) {
            return Optional.of(new Entry(orgOf(record), Optional.<EventId>empty()));
        }
    }

    private static Optional<OrgId> orgOf(ConsumerRecord<byte[], byte[]> record) {
        try {
            return record.key() == null
                    ? Optional.empty()
                    : Optional.of(Topics.ORG_ID.deserializer().deserialize(record.topic(), record.key()));
        } catch (UnreadableRecord _) {
            return Optional.empty();
        }
    }

    private KafkaConsumer<byte[], byte[]> take() {
        synchronized (idle) {
            if (closed) {
                throw new InboxUnavailable("log: closing");
            }
            if (!idle.isEmpty()) {
                return idle.pop();
            }
        }
        Map<String, Object> settings = kafka.client();
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 64 * 1024);
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        settings.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private void giveBack(KafkaConsumer<byte[], byte[]> consumer) {
        synchronized (idle) {
            if (!closed) {
                idle.push(consumer);
                return;
            }
        }
        consumer.close();
    }

    @Override
    public void close() {
        synchronized (idle) {
            closed = true;
            idle.forEach(KafkaConsumer::close);
            idle.clear();
        }
    }
}
