package dev.triggers.processor.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import dev.triggers.common.wire.Outcome;
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
import java.util.concurrent.atomic.AtomicBoolean;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(RealBackendsExtension.class)
class ProcessorRunnerIT {

    private static final Duration SOON = Duration.ofSeconds(40);
    private static final int PARTITIONS = 4;

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
        TopicCreation.ensureAllWhenPossible(real.kafkaBootstrap(), PARTITIONS, 1);
    }

    @Test
    void verdictsHoldOverARestartAndTheLossOfTheStateDirectory() throws Exception {
        try (ProcessorRunner runner = start("first")) {
            submit("a", "b");
            await().atMost(SOON).until(() -> outcomes().equals(List.of("a 1", "b 2")));
            assertThat(runner.offsetsForgotten()).isZero();
        }
        try (ProcessorRunner _ = start("first")) {
            submit("a", "c");
            await().atMost(SOON).until(() -> outcomes().equals(List.of("a 1", "b 2", "c 3", "duplicate of 1")));
        }
        try (ProcessorRunner _ = start("elsewhere")) {
            submit("b", "d");
            await().atMost(SOON)
                    .until(() ->
                            outcomes().equals(List.of("a 1", "b 2", "c 3", "d 4", "duplicate of 1", "duplicate of 2")));
        }
    }

    @Test
    void verdictsHoldWhenTheGroupsOffsetsAreLostAndItIsSaid() throws Exception {
        try (ProcessorRunner _ = start("before")) {
            submit("a", "b", "a");
            await().atMost(SOON).until(() -> outcomes().equals(List.of("a 1", "b 2", "duplicate of 1")));
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", real.kafkaBootstrap()))) {
            await().atMost(SOON)
                    .ignoreExceptions()
                    .untilAsserted(() -> admin.deleteConsumerGroups(List.of(StreamsSettings.APPLICATION_ID))
                            .all()
                            .get());
        }
        try (ProcessorRunner runner = start("before")) {
            submit("b", "c");

            await().atMost(SOON)
                    .until(() -> outcomes().equals(List.of("a 1", "b 2", "c 3", "duplicate of 1", "duplicate of 2")));
            assertThat(runner.offsetsForgotten()).isEqualTo(PARTITIONS);
        }
    }

    @Test
    void whatWasDeletedUndecidedIsCountedAndTheRestGoesOn() throws Exception {
        try (ProcessorRunner _ = start("before")) {
            submit("a");
            await().atMost(SOON).until(() -> outcomes().equals(List.of("a 1")));
        }
        submit("deleted", "deleted as well");
        deleteAllRecords();
        try (ProcessorRunner runner = start("before")) {
            submit("a", "b");

            await().atMost(SOON).until(() -> outcomes().equals(List.of("a 1", "b 2", "duplicate of 1")));
            assertThat(runner.recordsLost()).isEqualTo(2);
        }
    }

    @Test
    void verdictsHoldWhileWorkMovesToAnotherInstance() throws Exception {
        try (ProcessorRunner one = start("one")) {
            submit("a");
            await().atMost(SOON).until(() -> outcomes().equals(List.of("a 1")));
            try (ProcessorRunner two = start("two")) {
                submit("a", "b");
                await().atMost(SOON).until(() -> two.waitingFor().isEmpty());
                await().atMost(SOON).until(() -> outcomes().equals(List.of("a 1", "b 2", "duplicate of 1")));
                stop(one);
                submit("c", "b");
                await().atMost(SOON)
                        .until(() ->
                                outcomes().equals(List.of("a 1", "b 2", "c 3", "duplicate of 1", "duplicate of 2")));
            }
        }
    }

    @Test
    void verdictsHoldWhenItIsKilledInTheMiddleOfATransaction() throws Exception {
        Path state = directory.resolve("killed");
        try (ProcessorInAnotherJvm killed = ProcessorInAnotherJvm.start(real.kafkaBootstrap(), state, "killed-0")) {
            submit("a", "b", "a");
            await().atMost(SOON).until(() -> outcomes("read_uncommitted").size() == 3);
            killed.kill();
        }
        assertThat(outcomes()).isEmpty();
        try (ProcessorRunner _ = start("killed", "killed-0", Tally.NONE)) {
            submit("b", "c");

            await().atMost(SOON)
                    .until(() -> outcomes().equals(List.of("a 1", "b 2", "c 3", "duplicate of 1", "duplicate of 2")));
        }
    }

    @Test
    void anErrorFailsTheTransactionWhichIsTriedAgainByANewThread() throws Exception {
        AtomicBoolean failed = new AtomicBoolean();
        Tally failingOnce = new Tally() {
            @Override
            public void decided(Outcome outcome) {
                if (outcome == Outcome.DUPLICATE && !failed.getAndSet(true)) {
                    throw new IllegalStateException("a fault of the test");
                }
            }

            @Override
            public void skipped() {}

            @Override
            public void told() {}
        };
        try (ProcessorRunner runner = start("failing", "", failingOnce)) {
            submit("a", "b", "a", "c");

            await().atMost(SOON).until(() -> outcomes().equals(List.of("a 1", "b 2", "c 3", "duplicate of 1")));
            assertThat(runner.threadsReplaced()).isEqualTo(1);
        }
    }

    private static void stop(ProcessorRunner runner) {
        runner.close();
    }

    private void deleteAllRecords() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", real.kafkaBootstrap()))) {
            Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
            for (int partition = 0; partition < PARTITIONS; partition++) {
                all.put(new TopicPartition(Topics.INGESTED.name(), partition), RecordsToDelete.beforeOffset(-1));
            }
            admin.deleteRecords(all).all().get();
        }
    }

    private ProcessorRunner start(String state) {
        return start(state, "", Tally.NONE);
    }

    private ProcessorRunner start(String state, String instance, Tally tally) {
        StreamsConfig config = new StreamsSettings(
                        real.kafkaBootstrap(),
                        directory.resolve(state).toString(),
                        instance,
                        1,
                        0,
                        1,
                        Duration.ofMillis(50),
                        8 << 20,
                        8 << 20)
                .toConfig();
        ProcessorRunner runner =
                new ProcessorRunner(config, new EventTopology(config, AdmissionPolicy.DEFAULT, tally), PARTITIONS, 1);
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

    /** The org's accepted events in topic order with their sequence, then its rejections with that of their original. */
    private List<String> outcomes() {
        return outcomes("read_committed");
    }

    private List<String> outcomes(String isolation) {
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
