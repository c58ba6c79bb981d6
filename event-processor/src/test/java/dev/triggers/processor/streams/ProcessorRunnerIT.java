package dev.triggers.processor.streams;

import static org.awaitility.Awaitility.await;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.Event;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Payload;
import dev.triggers.common.event.Uuids;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.RateLimit;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(RealBackendsExtension.class)
class ProcessorRunnerIT {

    private static final Duration SOON = Duration.ofSeconds(40);

    @TempDir
    private Path directory;

    private final RealBackends real;
    private final OrgId org = new OrgId(Uuids.ordered(Instant.now()));

    @SuppressWarnings("NullAway.Init") // the directory is JUnit's
    ProcessorRunnerIT(RealBackends real) {
        this.real = real;
    }

    @BeforeEach
    void topics() throws InterruptedException {
        TopicCreation.ensureAllWhenPossible(real.kafkaBootstrap(), 4, 1);
    }

    @Test
    void verdictsHoldOverARestartAndTheLossOfTheStateDirectory() throws Exception {
        try (ProcessorRunner _ = start("first")) {
            submit("a", "b");
            await().atMost(SOON).until(() -> outcomes().equals(List.of("1", "2")));
        }
        try (ProcessorRunner _ = start("first")) {
            submit("a", "c");
            await().atMost(SOON).until(() -> outcomes().equals(List.of("1", "2", "3", "duplicate of 0")));
        }
        try (ProcessorRunner _ = start("elsewhere")) {
            submit("b", "d");
            await().atMost(SOON)
                    .until(() -> outcomes().equals(List.of("1", "2", "3", "4", "duplicate of 0", "duplicate of 1")));
        }
    }

    private ProcessorRunner start(String state) {
        StreamsConfig config = new StreamsSettings(
                        real.kafkaBootstrap(),
                        directory.resolve(state).toString(),
                        "",
                        1,
                        0,
                        1,
                        Duration.ofMillis(50),
                        8 << 20,
                        8 << 20)
                .toConfig();
        ProcessorRunner runner =
                new ProcessorRunner(config, new EventTopology(config, AdmissionPolicy.DEFAULT, Tally.NONE), 4, 1);
        runner.start();
        return runner;
    }

    private void submit(String... dedupIds) throws Exception {
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

    private Event event(String dedupId, Instant now) {
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

    /** The org's sequences in topic order, then its rejections with the offset of their original. */
    private List<String> outcomes() {
        List<String> accepted = new ArrayList<>();
        List<String> rejected = new ArrayList<>();
        try (var consumer = new KafkaConsumer<byte[], byte[]>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        real.kafkaBootstrap(),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
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
                    if (!record.topic().equals(Topics.ACCEPTED.name())) {
                        var outcome = Topics.REJECTED.read(record);
                        rejected.add(outcome.outcome() + " of "
                                + outcome.original().orElseThrow().offset());
                    } else if (Topics.ACCEPTED.read(record).event().org().equals(org)) {
                        accepted.add(Long.toString(Topics.ACCEPTED.read(record).sequence()));
                    }
                }
            }
        }
        accepted.addAll(rejected);
        return accepted;
    }
}
