package dev.triggers.backends;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL 18 with its durability on, and with the database {@code triggers} owned by the role
 * {@code triggers}: no superuser, but allowed what migrations need, to make databases and roles, those that bypass
 * row-level security too.
 */
public final class EmbeddedPostgreSql implements EmbeddedPart {

    static final List<String> DURABILITY = List.of("fsync", "full_page_writes", "synchronous_commit");

    private static final String OWNER = "triggers";
    private static final String PROGRAM = "postgres";
    private static final Duration READY = Duration.ofSeconds(30);
    private static final Duration ANSWERED = Duration.ofSeconds(10);

    private final Path directory;
    private final int port;
    private final Binaries binaries;
    private @Nullable OwnedProcess server;
    private @Nullable Leash leash;

    EmbeddedPostgreSql(Path directory, int port, Binaries binaries) {
        this.directory = directory;
        this.port = port;
        this.binaries = binaries;
    }

    @Override
    public String name() {
        return "PostgreSQL";
    }

    @Override
    public int port() {
        return port;
    }

    /** The database {@code triggers}, entered as its owner. */
    public PostgresAddress address() {
        return database(OWNER);
    }

    private PostgresAddress database(String name) {
        return PostgresAddress.local(port, name, OWNER, OWNER);
    }

    /** The number of its main process. Absent while it does not run. */
    public synchronized OptionalLong pid() {
        return server != null && server.alive() ? OptionalLong.of(server.pid()) : OptionalLong.empty();
    }

    @Override
    public synchronized boolean running() {
        return pid().isPresent();
    }

    /** {@inheritDoc} Fails too if the server would not keep what it commits. */
    @Override
    public synchronized void start() {
        if (running()) {
            return;
        }
        letGo();
        process().ifPresent(OwnedProcess::end);
        Ports.requireFree(port, name());
        try {
            var programs = PostgresPrograms.unpackedInto(binaries);
            var cluster = new PostgresCluster(directory, programs);
            cluster.createIfAbsent();
            cluster.start(port, READY);
            server = process().orElseThrow(() -> new BackendFailure("PostgreSQL on " + directory + " ended at once"));
            leash = Leash.on(server);
            ready(cluster.superuser(port));
        } catch (IOException | SQLException e) {
            stop();
            throw new BackendFailure("PostgreSQL on " + directory + " did not start: " + e.getMessage(), e);
        } catch (BackendFailure e) {
            stop();
            throw e;
        }
    }

    private void ready(PostgresAddress superuser) throws SQLException {
        try (var connection = superuser.connect(ANSWERED)) {
            if (!found(connection, "select 1 from pg_roles where rolname = 'triggers'")) {
                execute(connection, "create role triggers login createdb createrole bypassrls password 'triggers'");
            }
            if (!found(connection, "select 1 from pg_database where datname = 'triggers'")) {
                execute(connection, "create database triggers owner triggers");
            }
        }
        try (var connection = address().connect(ANSWERED)) {
            for (var setting : DURABILITY) {
                requireOn(setting, connection);
            }
        }
    }

    private void requireOn(String setting, Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var shown = statement.executeQuery("show " + setting)) {
            var value = shown.next() ? shown.getString(1) : "unknown";
            if (!"on".equals(value)) {
                throw new BackendFailure("PostgreSQL on " + directory + " would lose what it commits: " + setting
                        + " is " + value + " (expected: on)");
            }
        }
    }

    /**
     * Creates an empty database beside {@code triggers}, owned by the same role.
     *
     * @param name lower-case letters, digits and underscores, at most 63, beginning with a letter
     * @throws BackendFailure if there is one of that name
     */
    public PostgresAddress createDatabase(String name) {
        if (!name.matches("[a-z][a-z0-9_]{0,62}")) {
            throw new IllegalArgumentException("name: " + name + " (expected: [a-z][a-z0-9_]{0,62})");
        }
        try (var connection = address().connect(ANSWERED)) {
            execute(connection, "create database " + name);
            return database(name);
        } catch (SQLException e) {
            throw new BackendFailure("no database " + name + " at " + address().shown() + ": " + e.getMessage(), e);
        }
    }

    private static boolean found(Connection connection, String query) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(query)) {
            return rows.next();
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public synchronized void stop() {
        letGo();
        process().ifPresent(OwnedProcess::end);
        server = null;
    }

    /** Kills it and its sessions, as a crash would; the next start recovers what was committed. */
    public synchronized void kill() {
        letGo();
        process().ifPresent(OwnedProcess::kill);
        server = null;
    }

    private void letGo() {
        if (leash != null) {
            leash.close();
            leash = null;
        }
    }

    private Optional<OwnedProcess> process() {
        var data = PostgresCluster.data(directory);
        return OwnedProcess.named(data.resolve("postmaster.pid"), PROGRAM, data);
    }
}
