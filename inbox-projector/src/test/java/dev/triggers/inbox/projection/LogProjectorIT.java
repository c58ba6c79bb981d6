package dev.triggers.inbox.projection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.triggers.backends.PostgresAddress;
import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.Disposition.Acknowledged;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.DeadLetter;
import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.TopicCreation;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.kafka.KafkaDeadLetters;
import dev.triggers.inbox.postgres.DayPartitions;
import dev.triggers.inbox.postgres.InboxSchema;
import dev.triggers.inbox.postgres.PostgresProjection;
import dev.triggers.inbox.postgres.Retention;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
class LogProjectorIT {

    private static final Duration SOON = Duration.ofSeconds(30);

    private final RealBackends real;
    private final OrgId org = Events.newOrg();
    private final List<AutoCloseable> open = new ArrayList<>();
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final Retention retention = new Retention(30, InstantSource.fixed(Events.START));
    private final KafkaDeadLetters deadLetters;
    private HikariDataSource owner;
    private HikariDataSource writer;
    private DayPartitions days;

    @SuppressWarnings("NullAway.Init") // set before each test
    LogProjectorIT(RealBackends real) {
        this.real = real;
        this.deadLetters = new KafkaDeadLetters(KafkaConnection.to(real.kafkaBootstrap()));
        open.add(deadLetters);
    }

    @BeforeEach
    void tables() throws InterruptedException {
        TopicCreation.ensureAllWhenPossible(real.kafkaBootstrap(), 4, 1);
        PostgresAddress database = real.freshDatabase("projector");
        owner = pool(database, database.user());
        writer = pool(database, "triggers_projector");
        days = new DayPartitions(owner);
        InboxSchema schema = new InboxSchema(owner, database.password(), database.password(), days, retention.clock());
        open.add(schema);
        schema.start(() -> {});
        await().atMost(SOON).until(() -> schema.waitingFor().isEmpty());
    }

    private HikariDataSource pool(PostgresAddress database, String user) {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(database.jdbcUrl());
        pool.setUsername(user);
        pool.setPassword(database.password());
        pool.setMaximumPoolSize(4);
        pool.setConnectionTimeout(1_000);
        pool.setInitializationFailTimeout(-1);
        open.addFirst(pool);
        return pool;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    @Test
    void whatWasCommittedIsProjectedAndWhatWasAbortedIsNot() {
        append(1, 20, true);
        append(100, 120, false);
        append(21, 30, true);
        start();

        await().atMost(SOON).until(() -> sequences().equals(oneTo(30)));
    }

    @Test
    void aNewProjectorGoesOnWhereTheLastOneStood() throws Exception {
        append(1, 10, true);
        ProjectorContainer first = start();
        await().atMost(SOON).until(() -> sequences().equals(oneTo(10)));
        first.close();
        append(11, 20, true);
        start();

        await().atMost(SOON).until(() -> sequences().equals(oneTo(20)));
    }

    @Test
    void twoProjectorsShareTheWorkAndRepeatNothing() {
        start();
        append(1, 200, true);
        start();
        append(201, 400, true);

        await().atMost(SOON).until(() -> sequences().equals(oneTo(400)));
    }

    @Test
    void whilePostgresIsAwayNothingIsLost() {
        start();
        append(1, 10, true);
        await().atMost(SOON).until(() -> sequences().equals(oneTo(10)));
        real.postgreSql().kill();
        append(11, 60, true);
        real.postgreSql().start();

        await().atMost(SOON).ignoreExceptions().until(() -> sequences().equals(oneTo(60)));
    }

    /**
     * They count as more that waits, so the batch before them is handed over; and none of them is ever given to the projector. They
     * are many fetches, so that the consumer is not past them when it gives it that batch.
     */
    @Test
    void aBatchThatFailsUnderWayIsWrittenThoughOnlyAbortedRecordsFollow() {
        append(1, 50, true);
        append(
                LongStream.rangeClosed(1_000, 1_150)
                        .mapToObj(sequence ->
                                Events.accepted(org, sequence, "{\"x\":\"%s\"}".formatted("x".repeat(200_000))))
                        .toList(),
                false);
        AtomicBoolean failed = new AtomicBoolean();
        ProjectionMeters projection = new ProjectionMeters(meters, InstantSource.system());
        Projection tables = new PostgresProjection(writer, days, retention, deadLetters, projection);
        Projection failingOnce = new Projection() {

            @Override
            public Map<TopicPartition, Long> positions(Collection<TopicPartition> partitions) throws SQLException {
                return tables.positions(partitions);
            }

            @Override
            public boolean apply(Batch batch) throws SQLException {
                if (Thread.currentThread().getName().startsWith("projector-writer")
                        && failed.compareAndSet(false, true)) {
                    throw new SQLException("a fault of the test");
                }
                return tables.apply(batch);
            }
        };
        start(ProjectorContainer.GROUP, new LogProjector(failingOnce, projection, 50));

        await().atMost(SOON).until(() -> sequences().equals(oneTo(50)));
        assertThat(failed).isTrue();
    }

    /** One of them is what the group believes gone: each reads all partitions, as a zombie does. */
    @Test
    void twoProjectorsThatFightOverPartitionsDuplicateAndSkipNothing() throws SQLException {
        LogProjector one = projector();
        LogProjector other = projector();
        start("one", one);
        start("other", other);
        await().atMost(SOON).until(() -> one.partitions() > 0 && one.partitions() == other.partitions());
        for (int run = 0; run < 20; run++) {
            append(run * 100 + 1, run * 100 + 100, true);
        }

        await().atMost(SOON).until(() -> sequences().equals(oneTo(2_000)));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(meters.get("triggers.projection.fenced")
                                .counter()
                                .count())
                        .isPositive());
        assertThat(query("select count(*) from inbox.event where org = '" + org + "'"))
                .containsExactly("2000");
        assertThat(query("select sequence from inbox.head where org = '" + org + "'"))
                .containsExactly("2000");
        assertThat(counted("accepted", "projected"))
                .isEqualTo(Double.parseDouble(
                        query("select count(*) from inbox.event where type <> '" + Placeholder.TYPE + "'")
                                .getFirst()));
    }

    @Test
    void eventsThatPostgresRefusesAreDeadLettersAndHoldTheirSequences() throws SQLException {
        Accepted nul = Events.accepted(org, 3, "{\"secret\":1}");
        Accepted late = Events.accepted(org, 70);
        Accepted refused = Events.with(nul, "a\u0000b", nul.event().time());
        send(Stream.concat(
                        LongStream.rangeClosed(1, 100)
                                .filter(s -> s != 3 && s != 70)
                                .mapToObj(s -> Events.accepted(org, s)),
                        Stream.of(
                                refused, Events.with(late, "late", OffsetDateTime.parse("+999999999-01-01T00:00:00Z"))))
                .sorted(Comparator.comparingLong(Accepted::sequence))
                .toList());
        start();

        await().atMost(SOON).until(() -> sequences().equals(oneTo(100)));
        assertThat(query("select sequence, event_id, convert_from(data, 'UTF8') from inbox.event where org = '" + org
                        + "' and type = '" + Placeholder.TYPE + "' order by 1"))
                .containsExactly(
                        "3 " + nul.event().id() + " {}", "70 " + late.event().id() + " {}");
        assertThat(query("select open::text from inbox.delivery where quarantined and org = '" + org + "' order by 1"))
                .containsExactly("{[3,4)}", "{[70,71)}");
        List<DeadLetter> letters = lettersOf(org);
        assertThat(letters)
                .extracting(DeadLetter::reason)
                .satisfiesExactlyInAnyOrder(
                        reason -> assertThat(reason).startsWith("postgres 22021"),
                        reason -> assertThat(reason).startsWith("postgres 22008"));
        assertThat(letters).allSatisfy(letter -> assertThat(letter.origin()).matches("triggers\\.accepted-\\d+@\\d+"));
        assertThat(letters)
                .filteredOn(letter -> letter.reason().startsWith("postgres 22021"))
                .singleElement()
                .satisfies(letter -> {
                    assertThat(letter.value().orElseThrow()).asString().isEqualTo("{\"secret\":1}");
                    assertThat(letter.headers())
                            .containsAll(Topics.ACCEPTED.record(org, refused).headers());
                });
    }

    @Test
    void recordsThatNobodyCanReadHoldUpNothing() throws SQLException {
        ProducerRecord<byte[], byte[]> withoutType = Topics.ACCEPTED.record(org, Events.accepted(org, 2));
        withoutType.headers().remove("ce_type");
        ProducerRecord<byte[], byte[]> withoutPlace = Topics.ACCEPTED.record(org, Events.accepted(org, 900));
        withoutPlace.headers().remove("ce_trgsequence");
        ProducerRecord<byte[], byte[]> outcome =
                Topics.REJECTED.record(org, Events.duplicate(Events.accepted(org, 1), 7));
        outcome.headers().remove("ce_trgoutcome");
        outcome.headers().add("ce_trgoutcome", "odd".getBytes(UTF_8));
        ProducerRecord<byte[], byte[]> disposition = new ProducerRecord<>(
                Topics.DISPOSITIONS.name(), org.toString().getBytes(UTF_8), "no json".getBytes(UTF_8));
        disposition.headers().add("ce_trgorg", org.toString().getBytes(UTF_8));
        Disposition ack = new Acknowledged(org, InboxId.defaultOf(org), Sequences.of(1), Events.START);
        sendRecords(List.of(
                Topics.ACCEPTED.record(org, Events.accepted(org, 1)),
                withoutType,
                withoutPlace,
                Topics.ACCEPTED.record(org, Events.accepted(org, 3)),
                outcome,
                disposition,
                Topics.DISPOSITIONS.record(org, ack)));
        start();

        await().atMost(SOON).until(() -> sequences().equals(oneTo(3)));
        await().atMost(SOON)
                .until(() -> query("select open::text from inbox.delivery where org = '" + org + "'")
                        .equals(List.of("{[2,3)}")));
        assertThat(query("select type from inbox.event where org = '" + org + "' and sequence = 2"))
                .containsExactly(Placeholder.TYPE.value());
        assertThat(lettersOf(org)).hasSize(4);
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(counted("rejected", "dead")).isPositive();
            assertThat(counted("dispositions", "dead")).isPositive();
            double records = Stream.of("accepted", "rejected", "dispositions")
                    .mapToDouble(
                            topic -> counted(topic, "projected") + counted(topic, "expired") + counted(topic, "dead"))
                    .sum();
            assertThat(meters.get("triggers.projection.batch.records").summary().totalAmount())
                    .as("all records read = projected + expired + dead")
                    .isEqualTo(records);
        });
    }

    private double counted(String topic, String became) {
        return meters.get("triggers.projection.records")
                .tags("topic", topic, "became", became)
                .counter()
                .count();
    }

    private ProjectorContainer start() {
        return start(ProjectorContainer.GROUP, projector());
    }

    private LogProjector projector() {
        ProjectionMeters projection = new ProjectionMeters(meters, InstantSource.system());
        return new LogProjector(
                new PostgresProjection(writer, days, retention, deadLetters, projection), projection, 50);
    }

    private ProjectorContainer start(String group, LogProjector projector) {
        ProjectorContainer container = new ProjectorContainer(
                group,
                new ProjectorContainer.Settings(KafkaConnection.to(real.kafkaBootstrap()), "", 1, 50, 4, 1),
                projector);
        open.add(container);
        container.start();
        return container;
    }

    private void send(List<Accepted> events) {
        sendRecords(
                events.stream().map(event -> Topics.ACCEPTED.record(org, event)).toList());
    }

    private void sendRecords(List<ProducerRecord<byte[], byte[]>> records) {
        try (var producer = new KafkaProducer<byte[], byte[]>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, real.kafkaBootstrap()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (ProducerRecord<byte[], byte[]> record : records) {
                var _ = producer.send(record);
            }
        }
    }

    /** Those of an org, read from the beginning of the topic to its end. */
    private List<DeadLetter> lettersOf(OrgId org) {
        List<DeadLetter> letters = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, real.kafkaBootstrap()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.DEAD_LETTERS.name()).stream()
                    .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            await().atMost(SOON).until(() -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> letters.add(Topics.DEAD_LETTERS.read(record)));
                return partitions.stream().allMatch(p -> consumer.position(p) >= ends.getOrDefault(p, 0L));
            });
        }
        return letters.stream()
                .filter(letter ->
                        new String(letter.headers().lastHeader("ce_trgorg").value(), UTF_8).equals(org.toString()))
                .toList();
    }

    private List<String> query(String sql) throws SQLException {
        try (Connection connection = writer.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(rows.getString(i));
                }
                found.add(String.join(" ", row));
            }
            return found;
        }
    }

    /** Appends a run of the org's sequences in one transaction, as the processor does. */
    private void append(long first, long last, boolean commit) {
        append(
                LongStream.rangeClosed(first, last)
                        .mapToObj(sequence -> Events.accepted(org, sequence))
                        .toList(),
                commit);
    }

    private void append(List<Accepted> events, boolean commit) {
        try (var producer = new KafkaProducer<byte[], byte[]>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, real.kafkaBootstrap(),
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                                UUID.randomUUID().toString()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (Accepted accepted : events) {
                var _ = producer.send(Topics.ACCEPTED.record(org, accepted));
            }
            producer.flush();
            if (commit) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
    }

    private List<Long> sequences() throws SQLException {
        try (Connection connection = writer.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select sequence from inbox.event where org = '" + org + "' order by sequence")) {
            List<Long> sequences = new ArrayList<>();
            while (rows.next()) {
                sequences.add(rows.getLong(1));
            }
            return sequences;
        }
    }

    private static List<Long> oneTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }
}
