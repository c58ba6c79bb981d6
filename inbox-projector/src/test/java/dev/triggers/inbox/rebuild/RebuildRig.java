package dev.triggers.inbox.rebuild;

import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.triggers.backends.PostgresAddress;
import dev.triggers.backends.testing.RealBackends;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.TopicCreation;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.Inbox;
import dev.triggers.inbox.LeasePolicy;
import dev.triggers.inbox.Leases;
import dev.triggers.inbox.Operations;
import dev.triggers.inbox.kafka.KafkaDeadLetters;
import dev.triggers.inbox.kafka.KafkaDispositions;
import dev.triggers.inbox.postgres.DayPartitions;
import dev.triggers.inbox.postgres.InboxSchema;
import dev.triggers.inbox.postgres.InboxSchema.Passwords;
import dev.triggers.inbox.postgres.InboxTurns;
import dev.triggers.inbox.postgres.NextGeneration;
import dev.triggers.inbox.postgres.PostgresInbox;
import dev.triggers.inbox.postgres.PostgresLeases;
import dev.triggers.inbox.postgres.PostgresOperations;
import dev.triggers.inbox.postgres.PostgresProjection;
import dev.triggers.inbox.postgres.RebuildRows;
import dev.triggers.inbox.postgres.Retention;
import dev.triggers.inbox.projection.LogProjector;
import dev.triggers.inbox.projection.LogReplay;
import dev.triggers.inbox.projection.LogRetention;
import dev.triggers.inbox.projection.ProjectionMeters;
import dev.triggers.inbox.projection.ProjectorContainer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The inbox over a real log and real tables: a projector, what requests use, and what builds it all again. */
final class RebuildRig implements AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(60);

    private static final Duration POLL = Duration.ofMillis(50);
    private static final RebuildRunner.Pace PACE =
            new RebuildRunner.Pace(Duration.ofMillis(100), Duration.ofMillis(200));

    final HikariDataSource owner;
    final HikariDataSource writer;
    final HikariDataSource reader;
    final Inbox inbox;
    final Leases leases;
    final Operations operations;

    private final RealBackends real;
    private final Retention retention = new Retention(30, InstantSource.fixed(Events.START));
    private final Passwords passwords;
    private final LogReplay replay;
    private final NextGeneration looking;
    private final KafkaProducer<byte[], byte[]> producer;
    private final List<AutoCloseable> open = new ArrayList<>();

    RebuildRig(RealBackends real) throws InterruptedException {
        this.real = real;
        TopicCreation.ensureAllWhenPossible(real.kafkaBootstrap(), 4, 1);
        PostgresAddress database = real.freshDatabase("rebuild");
        owner = pool(database, database.user());
        writer = pool(database, "triggers_projector");
        reader = pool(database, "triggers_reader");
        passwords = new Passwords(database.password(), database.password());
        DayPartitions days = new DayPartitions(owner);
        InboxSchema schema =
                keep(new InboxSchema(owner, database.password(), database.password(), days, retention.clock()));
        schema.start(() -> {});
        await().atMost(SOON).until(() -> schema.waitingFor().isEmpty());
        DispositionLog dispositions = keep(new KafkaDispositions(KafkaConnection.to(real.kafkaBootstrap())));
        InboxTurns turns = new InboxTurns(reader, dispositions);
        inbox = new PostgresInbox(turns);
        leases = new PostgresLeases(turns, LeasePolicy.DEFAULT);
        operations = new PostgresOperations(reader, dispositions);
        replay = new LogReplay(KafkaConnection.to(real.kafkaBootstrap()), 100);
        looking = new NextGeneration(owner, writer, passwords, retention);
        ProjectionMeters meters = new ProjectionMeters(new SimpleMeterRegistry(), retention.clock());
        KafkaDeadLetters deadLetters = keep(new KafkaDeadLetters(KafkaConnection.to(real.kafkaBootstrap())));
        ProjectorContainer projector = keep(new ProjectorContainer(
                new ProjectorContainer.Settings(KafkaConnection.to(real.kafkaBootstrap()), "", 1, 100, 4, 1),
                new LogProjector(new PostgresProjection(writer, days, retention, deadLetters, meters), meters, 100)));
        projector.start();
        producer = keep(new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, real.kafkaBootstrap()),
                new ByteArraySerializer(),
                new ByteArraySerializer()));
    }

    private HikariDataSource pool(PostgresAddress database, String user) {
        HikariDataSource pool = new HikariDataSource();
        pool.setJdbcUrl(database.jdbcUrl());
        pool.setUsername(user);
        pool.setPassword(database.password());
        pool.setMaximumPoolSize(8);
        pool.setMinimumIdle(0);
        pool.setConnectionTimeout(3_000);
        pool.setInitializationFailTimeout(-1);
        return keep(pool);
    }

    private <T extends AutoCloseable> T keep(T part) {
        open.add(part);
        return part;
    }

    /** An instance that does what is asked for. */
    RebuildRunner instance() {
        RebuildRunner runner = keep(new RebuildRunner(
                new RebuildRows(owner),
                () -> new NextGeneration(owner, writer, passwords, retention),
                replay,
                new LogRetention(KafkaConnection.to(real.kafkaBootstrap()), Duration.ofDays(30)),
                2,
                PACE));
        runner.start();
        return runner;
    }

    void send(List<ProducerRecord<byte[], byte[]>> records) {
        for (ProducerRecord<byte[], byte[]> record : records) {
            var _ = producer.send(record);
        }
        producer.flush();
    }

    /** Until the tables have all that is in the log. */
    void awaitProjected() {
        Map<TopicPartition, Long> ends = replay.ends(replay.partitions());
        await().atMost(SOON).until(() -> nothingBetween(looking.positionsInUse(ends.keySet()), ends));
    }

    /** Whether no record stands there. Ends of transactions may, of other tests: they take an offset and are no record. */
    private boolean nothingBetween(Map<TopicPartition, Long> positions, Map<TopicPartition, Long> ends) {
        try (KafkaConsumer<byte[], byte[]> log = new KafkaConsumer<>(
                Map.of(
                        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        real.kafkaBootstrap(),
                        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                        "read_committed",
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            log.assign(ends.keySet());
            ends.keySet().forEach(partition -> log.seek(partition, positions.getOrDefault(partition, 0L)));
            while (ends.entrySet().stream().anyMatch(end -> log.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> record : log.poll(POLL)) {
                    if (record.offset()
                            < ends.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L)) {
                        return false;
                    }
                }
            }
            return true;
        }
    }

    long sequences(OrgId org) throws SQLException {
        return Long.parseLong(rows("select coalesce(max(sequence), 0) from inbox.head where org = '" + org + "'")
                .getFirst());
    }

    /** Rows of a query as the projector sees them, their columns joined. */
    List<String> rows(String sql) throws SQLException {
        return rows(writer, sql);
    }

    static List<String> rows(HikariDataSource source, String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(String.valueOf(rows.getString(i)));
                }
                found.add(String.join(" ", row));
            }
            return found;
        }
    }

    static void execute(HikariDataSource source, String... statements) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public void close() {
        for (AutoCloseable each : open.reversed()) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
