package dev.triggers.inbox.postgres;

import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.live.WakeUps;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the projector and consumers tell all instances through Postgres: one NOTIFY a transaction, naming the orgs in
 * which something happened, or all. One connection an instance listens; when it is lost, everyone is woken once it is
 * back, since nothing says what was missed. One that is lost without a word, as where a firewall forgets it, says nothing
 * either: so Postgres is asked every few seconds whether it is still there.
 */
public final class Notifications implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Notifications.class);
    private static final String CHANNEL = "triggers_inbox";
    private static final String ALL = "*";
    /** Orgs that fit into the 8,000 bytes that Postgres takes. */
    private static final int MOST_NAMED = 200;

    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** Looks without news after which Postgres is asked whether it is there. */
    private static final int QUIET_LOOKS = 5;
    /** How long it has to say so. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final DataSource listener;
    private final WakeUps wakeUps;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("inbox-notifications").unstarted(this::listenForEver);
    private volatile boolean closed;
    private volatile @Nullable Connection connection;

    /** @param listener gives connections of their own, not those of a pool */
    public Notifications(DataSource listener, WakeUps wakeUps) {
        this.listener = listener;
        this.wakeUps = wakeUps;
    }

    /** Tells everyone, when the transaction commits. */
    static void tell(Connection connection, Collection<OrgId> orgs) throws SQLException {
        RoundTrip.make(connection, telling(orgs));
    }

    /** What does so; nothing where nothing happened. */
    static List<RoundTrip.Part> telling(Collection<OrgId> orgs) {
        if (orgs.isEmpty()) {
            return List.of();
        }
        return List.of(notify(
                orgs.size() > MOST_NAMED
                        ? ALL
                        : orgs.stream().map(OrgId::toString).collect(Collectors.joining(","))));
    }

    private static RoundTrip.Part notify(String payload) {
        return new RoundTrip.Part() {

            @Override
            public String sql() {
                return "select pg_notify('" + CHANNEL + "', ?)";
            }

            @Override
            public int set(PreparedStatement all, int from) throws SQLException {
                all.setString(from, payload);
                return from + 1;
            }
        };
    }

    /** Tells everyone that anything may have happened, when the transaction commits. */
    static void tellAll(Connection connection) throws SQLException {
        RoundTrip.make(connection, List.of(notify(ALL)));
    }

    /** Begins to listen, in the background. */
    public void start() {
        thread.start();
    }

    /** Whether wake-ups come. */
    public boolean listening() {
        return connection != null;
    }

    private void listenForEver() {
        while (!closed) {
            try (Connection open = listener.getConnection()) {
                listen(open);
            } catch (SQLException e) {
                log.atWarn()
                        .addKeyValue("cause", String.valueOf(e.getMessage()))
                        .log("not listening, trying again");
            } catch (RuntimeException e) { // of one who was woken: the others are to be woken still
                log.atError().setCause(e).log("a wake-up failed, listening anew");
            } finally {
                connection = null;
            }
            pause();
        }
    }

    private void listen(Connection open) throws SQLException {
        try (Statement statement = open.createStatement()) {
            statement.execute("listen " + CHANNEL);
        }
        wakeUps.wakeAll();
        connection = open;
        PGConnection postgres = open.unwrap(PGConnection.class);
        int quiet = 0;
        while (!closed) {
            PGNotification[] news = postgres.getNotifications((int) LOOK_EVERY.toMillis());
            for (PGNotification notification : news) {
                wake(notification.getParameter());
            }
            quiet = news.length == 0 ? quiet + 1 : 0;
            if (quiet == QUIET_LOOKS) {
                quiet = 0;
                requireAnswer(open);
            }
        }
    }

    private static void requireAnswer(Connection open) throws SQLException {
        if (!open.isValid((int) PATIENCE.toSeconds())) {
            throw new SQLException(
                    "postgres: no answer on the connection that listens (expected: within " + PATIENCE + ")");
        }
    }

    private void wake(String payload) {
        if (payload.equals(ALL)) {
            wakeUps.wakeAll();
            return;
        }
        for (String org : payload.split(",", -1)) {
            wakeUps.wake(OrgId.parse(org));
        }
    }

    private void pause() {
        try {
            Thread.sleep(closed ? Duration.ZERO : PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closed = true;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        wakeUps.wakeAll();
    }
}
