package dev.triggers.ingest.kafka;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.Topics;
import dev.triggers.common.wire.UnreadableRecord;
import dev.triggers.ingest.Holds;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all of {@code triggers.throttled}, committed records only, and tells {@link Holds} of each: from the beginning
 * at the start, then as it grows. One consumer without a group, for every instance needs every org. Whatever fails is
 * tried again for ever, from the beginning; Kafka or the topic may come later.
 *
 * <p>A wait counts from when its record arrives here, because the broker's clock is not ours. Only of what an arrival is
 * late does the record's timestamp tell: for what stood there before this began, at most the whole wait; for what came
 * after, at most the time since the poll before. So an old wait never starts anew, and of two clocks that differ no more
 * is felt than that.
 */
public final class KafkaThrottles implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KafkaThrottles.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(2);

    private final KafkaLogSettings settings;
    private final Holds holds;
    private final InstantSource clock;
    private final Thread reading =
            Thread.ofPlatform().daemon().name("throttles-reading").unstarted(this::readForEver);
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable Consumer<byte[], byte[]> consumer;
    private volatile boolean readToItsEnd;

    /** @param clock of this instance: it measures waits, and how late a record arrives */
    public KafkaThrottles(KafkaLogSettings settings, Holds holds, InstantSource clock) {
        this.settings = settings;
        this.holds = holds;
        this.clock = clock;
    }

    /** Begins to read, and does not wait for it. */
    public void start() {
        reading.start();
    }

    /** Whether all that stood there at the first start was read. It stays so. */
    public boolean readToItsEnd() {
        return readToItsEnd;
    }

    /** Ends within 2 seconds. */
    @Override
    public void close() {
        closing.countDown();
        Consumer<byte[], byte[]> open = consumer;
        if (open != null) {
            open.wakeup();
        }
        try {
            reading.join(CLOSE_WITHIN);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void readForEver() {
        Duration pause = FIRST_PAUSE;
        try {
            do {
                readUntilItFails();
                Duration twice = pause.multipliedBy(2);
                pause = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
            } while (!closing.await(pause.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void readUntilItFails() {
        try (Consumer<byte[], byte[]> fresh =
                new KafkaConsumer<>(settings.consumer(), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer = fresh;
            if (closing.getCount() > 0) {
                read(fresh);
            }
        } catch (RuntimeException e) {
            if (closing.getCount() > 0) {
                log.atWarn().addKeyValue("reason", e.toString()).log("The throttles could not be read");
            }
        } finally {
            consumer = null;
        }
    }

    /** Returns when there is no such topic yet. */
    private void read(Consumer<byte[], byte[]> consumer) {
        List<TopicPartition> partitions = consumer.partitionsFor(Topics.THROTTLED.name()).stream()
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        if (partitions.isEmpty()) {
            return;
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Instant polled = clock.instant();
        while (true) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            Instant now = clock.instant();
            for (ConsumerRecord<byte[], byte[]> record : records) {
                boolean old = record.offset() < ends.getOrDefault(partitionOf(record), 0L);
                tell(record, now, old ? Instant.EPOCH : polled);
            }
            polled = now;
            if (!readToItsEnd
                    && partitions.stream()
                            .allMatch(partition -> consumer.position(partition) >= ends.getOrDefault(partition, 0L))) {
                readToItsEnd = true;
                log.atInfo().log("The throttles are read to their end");
            }
        }
    }

    private void tell(ConsumerRecord<byte[], byte[]> record, Instant now, Instant notBefore) {
        try {
            OrgId org = Topics.ORG_ID.deserializer().deserialize(record.topic(), record.key());
            holds.hold(org, remaining(record, now, notBefore));
        } catch (UnreadableRecord e) {
            log.atWarn()
                    .addKeyValue("partition", record.partition())
                    .addKeyValue("offset", record.offset())
                    .addKeyValue("reason", e.getMessage())
                    .log("A throttle could not be read");
        }
    }

    private static Duration remaining(ConsumerRecord<byte[], byte[]> record, Instant now, Instant notBefore) {
        if (record.value() == null) {
            return Duration.ZERO;
        }
        Instant appended = Instant.ofEpochMilli(record.timestamp());
        Duration left = Topics.THROTTLED.read(record).remaining();
        Instant arrived = appended.isAfter(notBefore) ? appended : notBefore;
        Duration late = Duration.between(arrived, now);
        Duration rest = late.isPositive() ? left.minus(late) : left;
        return rest.isPositive() ? rest : Duration.ZERO;
    }

    private static TopicPartition partitionOf(ConsumerRecord<byte[], byte[]> record) {
        return new TopicPartition(record.topic(), record.partition());
    }
}
