package dev.triggers.inbox.projection;

import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.triggers.backends.PostgresAddress;
import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.TopicCreation;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.postgres.DayPartitions;
import dev.triggers.inbox.postgres.InboxSchema;
import dev.triggers.inbox.postgres.PostgresProjection;
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
import java.util.UUID;
import java.util.stream.LongStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
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
    private HikariDataSource owner;
    private HikariDataSource writer;
    private DayPartitions days;

    @SuppressWarnings("NullAway.Init") // set before each test
    LogProjectorIT(RealBackends real) {
        this.real = real;
    }

    @BeforeEach
    void tables() throws InterruptedException {
        TopicCreation.ensureAllWhenPossible(real.kafkaBootstrap(), 4, 1);
        PostgresAddress database = real.freshDatabase("projector");
        owner = pool(database, database.user());
        writer = pool(database, "triggers_projector");
        days = new DayPartitions(owner);
        InboxSchema schema =
                new InboxSchema(owner, database.password(), database.password(), days, InstantSource.system());
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

    private ProjectorContainer start() {
        ProjectorContainer container = new ProjectorContainer(
                new ProjectorContainer.Settings(KafkaConnection.to(real.kafkaBootstrap()), "", 1, 50, 4, 1),
                new LogProjector(
                        new PostgresProjection(writer, days),
                        new ProjectionMeters(new SimpleMeterRegistry(), InstantSource.system())));
        open.add(container);
        container.start();
        return container;
    }

    /** Appends a run of the org's sequences in one transaction, as the processor does. */
    private void append(long first, long last, boolean commit) {
        try (var producer = new KafkaProducer<byte[], byte[]>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, real.kafkaBootstrap(),
                        ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                                UUID.randomUUID().toString()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (long sequence = first; sequence <= last; sequence++) {
                Accepted accepted = Events.accepted(org, sequence);
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
