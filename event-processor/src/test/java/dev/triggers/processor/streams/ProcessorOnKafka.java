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
import dev.triggers.common.wire.Rejected;
import dev.triggers.common.wire.Submission;
import dev.triggers.common.wire.TopicCreation;
import dev.triggers.common.wire.Topics;
import dev.triggers.processor.topology.AdmissionPolicy;
import dev.triggers.processor.topology.EventTopology;
import dev.triggers.processor.topology.Tally;
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
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
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
        KafkaConnection kafka = KafkaConnection.to(real.kafkaBootstrap());
        StreamsConfig config = new StreamsSettings(
                        kafka,
                        directory.resolve(state).toString(),
                        instance,
                        1,
                        0,
                        1,
                        Duration.ofMillis(50),
                        8 << 20,
                        8 << 20)
                .toConfig();
        ProcessorRunner runner = new ProcessorRunner(
                kafka, config, new EventTopology(config, AdmissionPolicy.DEFAULT, tally), PARTITIONS, 1);
        runner.start();
        return runner;
    }

    void submit(String... dedupIds) throws Exception {
        try (var producer = new KafkaProducer<byte[], byte[]>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, real.kafkaBootstrap()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (String dedupId : dedupIds) {
                Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
                Submission submission = new Submission(event(dedupId, now), now, new Plan(1, RateLimit.UNLIMITED));
                producer.send(Topics.INGESTED.record(org, submission)).get();
            }
        }
    }

    Event event(String dedupId, Instant now) {
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
                Payload.of("{}"));
    }

    /** The org's accepted events in topic order with their sequence, then its rejections with that of their original. */
    List<String> outcomes() {
        return outcomes("read_committed");
    }

    List<String> outcomes(String isolation) {
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
