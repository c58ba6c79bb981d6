package dev.triggers.inbox.projection;

import dev.triggers.common.wire.Topic;
import dev.triggers.inbox.projection.Books.Became;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/** What the projector does, as metrics. Records read from a topic = projected + expired + dead of that topic. */
public final class ProjectionMeters {

    private final MeterRegistry meters;
    private final Map<String, Counter> records = new ConcurrentHashMap<>();
    private final Counter lost;
    private final Counter startedOver;
    private final Counter readAgain;
    private final Counter failures;
    private final DistributionSummary batchRecords;
    private final Timer batchTime;
    /** Of each partition with records at hand: when the first of them was received, Unix milliseconds. */
    private final Map<TopicPartition, Long> atHand = new ConcurrentHashMap<>();
    /** Of each partition: the end of the log as of the last poll. */
    private final Map<TopicPartition, Long> ends = new ConcurrentHashMap<>();
    /** Of each partition: where the projection stands. */
    private final Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();

    private final InstantSource clock;

    public ProjectionMeters(MeterRegistry meters, InstantSource clock) {
        this.meters = meters;
        this.clock = clock;
        lost = Counter.builder("triggers.projection.lost")
                .description("Offsets deleted from the log before they were projected")
                .register(meters);
        startedOver = Counter.builder("triggers.projection.fenced")
                .description("Batches not applied because another projector had moved the position")
                .register(meters);
        readAgain = Counter.builder("triggers.projection.reread")
                .description("Batches that failed while the next was read, so that both were read again")
                .register(meters);
        failures = Counter.builder("triggers.projection.failures")
                .description("Batches that could not be written; each try counts")
                .register(meters);
        batchRecords = DistributionSummary.builder("triggers.projection.batch.records")
                .description("Records of a transaction")
                .register(meters);
        batchTime = Timer.builder("triggers.projection.batch")
                .description("How long a transaction took")
                .register(meters);
        Gauge.builder("triggers.projection.lag.millis", this, ProjectionMeters::lagMillis)
                .description(
                        "How long the oldest accepted event at hand waits since it was received; 0 with none at hand")
                .register(meters);
        Gauge.builder("triggers.projection.lag.records", this, ProjectionMeters::lagRecords)
                .description("Offsets between the positions and the ends of the log, as of the last poll")
                .register(meters);
        Books.TOPICS.forEach(topic -> List.of(Became.values()).forEach(became -> counter(topic.name(), became)));
    }

    private Counter counter(String topic, Became became) {
        return records.computeIfAbsent(
                topic + became,
                _ -> Counter.builder("triggers.projection.records")
                        .description("Records of the log that were dealt with")
                        .tag("topic", topic.substring(Topic.PREFIX.length()))
                        .tag("became", became.name().toLowerCase(Locale.ROOT))
                        .register(meters));
    }

    /** The size that batches have at the moment. */
    void watch(BatchSize size) {
        Gauge.builder("triggers.projection.batch.size", size, BatchSize::records)
                .description("The most records of the next transaction")
                .register(meters);
    }

    private double lagMillis() {
        long now = clock.millis();
        return atHand.values().stream()
                .mapToLong(receivedAt -> now - receivedAt)
                .max()
                .orElse(0);
    }

    private double lagRecords() {
        long lag = 0;
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            lag += Math.max(0, end.getValue() - positions.getOrDefault(end.getKey(), end.getValue()));
        }
        return lag;
    }

    /**
     * These were read, and are to be applied.
     *
     * @param polled of each partition the offset after its last record
     */
    void polled(Consumer<?, ?> consumer, Map<TopicPartition, Long> polled) {
        Set<TopicPartition> held = consumer.assignment();
        polled.forEach((partition, next) -> {
            if (held.contains(partition)) {
                ends.put(partition, next + consumer.currentLag(partition).orElse(0));
            }
        });
    }

    /** These are to be applied, and wait until they are. */
    void atHand(Batch batch) {
        batch.spans().forEach((partition, span) -> positions.put(partition, span.from()));
        if (!batch.accepted().isEmpty()) {
            long first = batch.accepted().getFirst().receivedAt().toEpochMilli();
            batch.spans().keySet().forEach(partition -> atHand.put(partition, first));
        }
    }

    /** Others apply these partitions from now on. */
    void released(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            atHand.remove(partition);
            ends.remove(partition);
            positions.remove(partition);
        }
    }

    void projected(Batch batch, Duration took) {
        batch.spans().forEach((partition, span) -> {
            atHand.remove(partition);
            positions.put(partition, span.to());
        });
        batchRecords.record(batch.size());
        batchTime.record(took);
    }

    /** A batch was committed with these books. */
    public void booked(Books books) {
        for (Topic<?, ?> topic : Books.TOPICS) {
            for (Became became : Became.values()) {
                counter(topic.name(), became).increment(books.count(topic.name(), became));
            }
        }
    }

    void startedOver() {
        startedOver.increment();
    }

    /** A batch could not be written and is tried again. */
    void failed() {
        failures.increment();
    }

    void readAgain() {
        readAgain.increment();
    }

    void lost(long offsets) {
        lost.increment((double) offsets);
    }
}
