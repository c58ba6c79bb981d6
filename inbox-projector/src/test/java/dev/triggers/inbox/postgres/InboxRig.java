package dev.triggers.inbox.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.triggers.backends.PostgresAddress;
import dev.triggers.backends.testing.RealBackends;
import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.DeadLetter;
import dev.triggers.common.wire.Rejected;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.Inbox;
import dev.triggers.inbox.projection.Batch;
import dev.triggers.inbox.projection.Batch.Span;
import dev.triggers.inbox.projection.ProjectionMeters;
import io.micrometer.core.instrument.MeterRegistry;
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
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.Awaitility;

/** The inbox tables in a database of their own, with the three roles, and a log that only remembers. */
final class InboxRig implements AutoCloseable {

    static final TopicPartition ACCEPTED = new TopicPartition("triggers.accepted", 0);

    final HikariDataSource owner;
    final HikariDataSource writer;
    final HikariDataSource reader;
    final PostgresProjection projection;
    final List<Disposition> log = new CopyOnWriteArrayList<>();
    final List<DeadLetter> deadLetters = new CopyOnWriteArrayList<>();
    final MeterRegistry meters = new SimpleMeterRegistry();
    final DayPartitions days;
    final Retention retention = new Retention(30, InstantSource.fixed(Events.START));

    private final PostgresAddress address;
    private final InboxSchema schema;
    private long position;

    InboxRig(RealBackends real) {
        PostgresAddress database = real.freshDatabase("inbox");
        address = database;
        owner = pool(database, database.user());
        writer = pool(database, "triggers_projector");
        reader = pool(database, "triggers_reader");
        days = new DayPartitions(owner);
        schema = new InboxSchema(owner, database.password(), database.password(), days, retention.clock());
        schema.start(() -> {});
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> schema.waitingFor().isEmpty());
        projection = new PostgresProjection(
                writer, days, retention, deadLetters::addAll, new ProjectionMeters(meters, retention.clock()));
        try {
            projection.positions(List.of(ACCEPTED));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static HikariDataSource pool(PostgresAddress database, String user) {
        HikariConfig pool = new HikariConfig();
        pool.setJdbcUrl(database.jdbcUrl());
        pool.setUsername(user);
        pool.setPassword(database.password());
        pool.setMaximumPoolSize(4);
        pool.setMinimumIdle(0);
        pool.setInitializationFailTimeout(-1);
        return new HikariDataSource(pool);
    }

    /** The database, whose roles all have one password. */
    PostgresAddress address() {
        return address;
    }

    Inbox inbox() {
        return inbox(log::add);
    }

    Inbox inbox(DispositionLog dispositions) {
        return new PostgresInbox(new InboxTurns(reader, dispositions));
    }

    void project(List<Accepted> events) {
        project(events, List.of(), List.of());
    }

    void project(List<Accepted> events, List<Rejected> rejections, List<Disposition> dispositions) {
        try {
            long next = position + 1;
            boolean applied = projection.apply(
                    new Batch(Map.of(ACCEPTED, new Span(position, next)), events, rejections, dispositions));
            if (!applied) {
                throw new IllegalStateException("another projector was here");
            }
            position = next;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs one statement for good. */
    static void execute(DataSource source, String statement) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement one = connection.createStatement()) {
            one.execute(statement);
        }
    }

    /** A projector that believes to be further behind than it is. True: it changed something. */
    boolean projectAsZombie(List<Disposition> dispositions) {
        try {
            return projection.apply(
                    new Batch(Map.of(ACCEPTED, new Span(position - 1, position)), List.of(), List.of(), dispositions));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Rows of a query, their columns joined. */
    static List<String> rows(DataSource source, String... statements) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < statements.length - 1; i++) {
                statement.execute(statements[i]);
            }
            List<String> rows = new ArrayList<>();
            try (ResultSet result = statement.executeQuery(statements[statements.length - 1])) {
                int columns = result.getMetaData().getColumnCount();
                while (result.next()) {
                    StringBuilder row = new StringBuilder();
                    for (int i = 1; i <= columns; i++) {
                        row.append(i > 1 ? " " : "").append(result.getString(i));
                    }
                    rows.add(row.toString());
                }
            } finally {
                connection.rollback();
            }
            return rows;
        }
    }

    @Override
    public void close() {
        schema.close();
        reader.close();
        writer.close();
        owner.close();
    }
}
