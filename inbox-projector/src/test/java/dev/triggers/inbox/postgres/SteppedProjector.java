package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.inbox.projection.LogProjector;
import dev.triggers.inbox.projection.Projection;
import dev.triggers.inbox.projection.ProjectionMeters;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A projector on a real log that applies as many records as it is told to, and does what its container does when it fails. */
final class SteppedProjector implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MOST_RECORDS = 5;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Projection projection;
    private final Consumer<ConsumerRecord<byte[], byte[]>> seen;
    private MeterRegistry meters = new SimpleMeterRegistry();
    private LogProjector projector;

    /** @param seen is told of each record before it is applied, more than once perhaps */
    SteppedProjector(
            String kafkaBootstrap,
            Projection projection,
            Collection<TopicPartition> partitions,
            Consumer<ConsumerRecord<byte[], byte[]>> seen) {
        this.projection = projection;
        this.seen = seen;
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        kafkaBootstrap,
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        10,
                        ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                        false),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer.assign(partitions);
        projector = begun();
    }

    private LogProjector begun() {
        meters = new SimpleMeterRegistry();
        LogProjector begun =
                new LogProjector(projection, new ProjectionMeters(meters, InstantSource.system()), MOST_RECORDS);
        begun.onPartitionsAssigned(consumer, consumer.assignment());
        return begun;
    }

    /** What it had read is gone with it; the next one begins where the tables say. */
    void crash() {
        projector.close();
        projector = begun();
    }

    /** Which record it reads next. */
    long next(TopicPartition partition) {
        return consumer.position(partition);
    }

    double fenced() {
        return meters.get("triggers.projection.fenced").counter().count();
    }

    /** Batches that failed on their way while others were read. */
    private double reread() {
        return meters.get("triggers.projection.reread").counter().count();
    }

    /** Reads so many records of each and applies them. False: that failed, and they are read again. */
    boolean apply(Map<TopicPartition, Integer> counts) {
        Map<TopicPartition, Long> before = new HashMap<>();
        consumer.assignment().forEach(partition -> before.put(partition, consumer.position(partition)));
        List<ConsumerRecord<byte[], byte[]>> records = read(counts);
        before.forEach(consumer::seek);
        for (ConsumerRecord<byte[], byte[]> record : records) {
            seen.accept(record);
            consumer.seek(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
        }
        double rereadBefore = reread();
        try {
            projector.onMessage(records, consumer);
            projector.settle(consumer);
        } catch (RuntimeException e) {
            before.forEach(consumer::seek);
            return false;
        }
        return reread() == rereadBefore;
    }

    private List<ConsumerRecord<byte[], byte[]>> read(Map<TopicPartition, Integer> counts) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        Map<TopicPartition, Integer> missing = new HashMap<>(counts);
        missing.values().removeIf(count -> count == 0);
        Set<TopicPartition> assigned = consumer.assignment();
        consumer.pause(assigned);
        consumer.resume(missing.keySet());
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!missing.isEmpty()) {
            assertThat(System.nanoTime()).as("%s can be read", missing).isLessThan(end);
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                if (missing.computeIfPresent(partition, (_, count) -> count - 1) != null) {
                    records.add(record);
                }
                missing.values().removeIf(count -> count == 0);
            }
            consumer.pause(assigned.stream()
                    .filter(partition -> !missing.containsKey(partition))
                    .toList());
        }
        return records;
    }

    @Override
    public void close() {
        projector.close();
        consumer.close();
    }
}
