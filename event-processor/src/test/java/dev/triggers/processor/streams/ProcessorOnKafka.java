package dev.triggers.processor.streams;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.Event;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Payload;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.event.Uuids;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.RateLimit;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.Outcome;
import dev.triggers.common.wire.Rejected;
import dev.triggers.common.wire.Submission;
import dev.triggers.common.wire.TopicCreation;
import dev.triggers.common.wire.Topics;
import dev.triggers.processor.dedup.FilterPool;
import dev.triggers.processor.topology.AdmissionPolicy;
import dev.triggers.processor.topology.EventTopology;
import dev.triggers.processor.topology.Tally;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A processor on a real broker: what is submitted, and what became of it. */
@ExtendWith(RealBackendsExtension.class)
abstract class ProcessorOnKafka {

    static final Duration SOON = Duration.ofSeconds(40);
    static final int PARTITIONS = 4;
    /** RocksDB's bounds, over all processors of this JVM. */
    static final int BLOCK_CACHE_BYTES = 8 << 20;

    static final int WRITE_BUFFER_BYTES = 8 << 20;

    @TempDir
    Path directory;

    final RealBackends real;
    final OrgId org = new OrgId(Uuids.ordered(Instant.now()));

    @SuppressWarnings("NullAway.Init") // the directory is JUnit's
    ProcessorOnKafka(RealBackends real) {
        this.real = real;
    }

    @BeforeEach
    void topics() throws InterruptedException {
        TopicCreation.ensureAllWhenPossible(real.kafkaBootstrap(), PARTITIONS, 1);
    }

    /** What a processor says of itself. */
    static MeterRegistry metersOf(ProcessorRunner runner) {
        MeterRegistry meters = new SimpleMeterRegistry();
        new ProcessorMeters(runner).bindTo(meters);
        return meters;
    }

    /** Shows a test each decision as it is made. */
    record Seen(Consumer<Outcome> outcomes) implements Tally {
        @Override
        public void decided(Outcome outcome) {
            outcomes.accept(outcome);
        }

        @Override
        public void stamped() {}

        @Override
        public void skipped() {}

        @Override
        public void told() {}

        @Override
        public void storeRead() {}
    }

    static void stop(ProcessorRunner runner) {
        runner.close();
    }

    void deleteAllRecords() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", real.kafkaBootstrap()))) {
            Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                all.put(new TopicPartition(Topics.INGESTED.name(), partition), RecordsToDelete.beforeOffset(-1));
            }
            admin.deleteRecords(all).all().get();
        }
    }

    ProcessorRunner start(String state) {
        return start(state, "", Tally.NONE);
    }

    ProcessorRunner start(String state, String instance, Tally tally) {
        return start(state, instance, tally, 0);
    }

    ProcessorRunner start(String state, String instance, Tally tally, int standbyReplicas) {
        KafkaConnection kafka = KafkaConnection.to(real.kafkaBootstrap());
        StreamsConfig config = new StreamsSettings(
                        kafka,
                        directory.resolve(state).toString(),
                        instance,
                        1,
                        standbyReplicas,
                        1,
                        Duration.ofMillis(100),
                        BLOCK_CACHE_BYTES,
                        WRITE_BUFFER_BYTES)
                .toConfig();
        ProcessorRunner runner = new ProcessorRunner(
                kafka,
                config,
                new EventTopology(
                        config, AdmissionPolicy.DEFAULT, new FilterPool(1 << 20), tally, Duration.ofMillis(20)),
                PARTITIONS,
                1);
        runner.start();
        return runner;
    }

    void submit(String... dedupIds) throws Exception {
        submit(org, Instant.now(), dedupIds);
    }

    /** @param receivedAt the ingest instance's stamp */
    void submit(OrgId org, Instant receivedAt, String... dedupIds) throws Exception {
        submit(org, receivedAt, Payload.of("{}"), dedupIds);
    }

    /** Uncompressed. */
    void submit(OrgId org, Instant receivedAt, Payload data, String... dedupIds) throws Exception {
        try (var producer = new KafkaProducer<byte[], byte[]>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, real.kafkaBootstrap()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            Instant now = receivedAt.truncatedTo(ChronoUnit.MILLIS);
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (String dedupId : dedupIds) {
                Submission submission =
                        new Submission(event(org, dedupId, now, data), now, new Plan(1, RateLimit.UNLIMITED));
                sent.add(producer.send(Topics.INGESTED.record(org, submission)));
            }
            for (Future<RecordMetadata> record : sent) {
                record.get();
            }
        }
    }

    private static Event event(OrgId org, String dedupId, Instant now, Payload data) {
        DedupId dedup = new DedupId(dedupId);
        EventId id = EventId.named(org, "/test", dedup);
        return new Event(
                org,
                id,
                id.toString(),
                "/test",
                new EventType("test.happened"),
                Optional.empty(),
                now.atOffset(ZoneOffset.UTC),
                Optional.of(dedup),
                Map.of(),
                Optional.empty(),
                data);
    }

    /** The org's accepted events in topic order with their sequence, then its rejections with that of their original. */
    List<String> outcomes() {
        return outcomes("read_committed");
    }

    List<String> outcomes(String isolation) {
        return outcomes(org, isolation);
    }

    List<String> outcomes(OrgId org, String isolation) {
        List<String> accepted = new ArrayList<>();
        List<Rejected> rejected = new ArrayList<>();
        Map<Receipt, Long> sequences = new HashMap<>();
        try (var consumer = new KafkaConsumer<byte[], byte[]>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        real.kafkaBootstrap(),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        isolation,
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = Stream.of(Topics.ACCEPTED, Topics.REJECTED)
                    .flatMap(topic -> consumer.partitionsFor(topic.name()).stream())
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    if (!new String(record.key(), UTF_8).equals(org.toString())) {
                        continue;
                    }
                    if (record.topic().equals(Topics.ACCEPTED.name())) {
                        Accepted outcome = Topics.ACCEPTED.read(record);
                        sequences.put(outcome.receipt(), outcome.sequence());
                        accepted.add(outcome.event().dedupId().orElseThrow().value() + " " + outcome.sequence());
                    } else {
                        rejected.add(Topics.REJECTED.read(record));
                    }
                }
            }
        }
        rejected.stream()
                .map(outcome -> outcome.outcome() + " of "
                        + sequences.get(outcome.original().orElseThrow()))
                .forEach(accepted::add);
        return accepted;
    }
}
