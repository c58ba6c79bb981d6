package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Start;
import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.MarkerLog;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What nobody waits for, in small steps, for all orgs, by any number of instances at once: markers that got no stamp are
 * sent again, later each time and {@value #MOST_RESENDS} times at most; what deleted inboxes left behind is removed, and
 * what is older than the retention ({@link PastRows}).
 */
public final class InboxUpkeep implements AutoCloseable {

    /** Rows removed in one transaction. */
    static final int MOST_ROWS = 1_000;

    private static final Logger log = LoggerFactory.getLogger(InboxUpkeep.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final int MOST_STEPS = 20;
    private static final int MOST_INBOXES = 20;
    private static final int MOST_RESENDS = 8;
    private static final int FIRST_RESEND_SECONDS = 15;

    /** Claimed by being counted, so that no instance sends what another is sending. */
    private static final String CLAIM = """
            update inbox.inbox i
            set resent = resent + 1, asked_at = now(),
                status = case when resent + 1 >= %1$d and status = 'initializing'
                              then 'initialization_failure' else status end
            where id in (
              select id from inbox.inbox
              where asked > applied and status <> 'deleting' and resent < %1$d
                and asked_at < now() - make_interval(secs => %2$d * 2 ^ resent)
              order by asked_at limit %3$d for update skip locked)
            returning id, org, start, asked, applied""".formatted(MOST_RESENDS, FIRST_RESEND_SECONDS, MOST_INBOXES);

    private static final String DELETED =
            "select id from inbox.inbox where status = 'deleting' order by asked_at limit 1";
    private static final String REMOVE = """
            delete from inbox.delivery where id in (
              select id from inbox.delivery where inbox = ? order by lower(open) limit %d)""".formatted(MOST_ROWS);
    private static final String REMOVE_OPERATIONS = """
            delete from inbox.operation where id in (
              select id from inbox.operation where inbox = ? order by decided_at limit %d)""".formatted(MOST_ROWS);
    private static final String REMOVE_INBOX = """
            delete from inbox.inbox i
            where id = ? and status = 'deleting' and not exists (select from inbox.delivery d where d.inbox = i.id)""";

    private final DataSource writer;
    private final PastRows past;
    private final MarkerLog markers;
    private final InstantSource clock;
    private final Counter resent;
    private final Counter removed;
    private final Counter trimmed;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("inbox-upkeep").factory());

    public InboxUpkeep(DataSource writer, MarkerLog markers, Retention retention, MeterRegistry meters) {
        this.writer = writer;
        this.past = new PastRows(writer, retention);
        this.markers = markers;
        this.clock = retention.clock();
        this.resent = Counter.builder("triggers.inbox.markers.resent")
                .description("Markers of inboxes that had no stamp for too long and were sent again")
                .register(meters);
        this.removed = Counter.builder("triggers.inbox.rows.removed")
                .description("Delivery rows of deleted inboxes that were removed")
                .register(meters);
        this.trimmed = Counter.builder("triggers.inbox.rows.trimmed")
                .description(
                        "Operations, markers and hours of the books that were removed because they are over the retention")
                .register(meters);
    }

    /** Begins in the background, once the tables are there. */
    public void start() {
        var _ = timer.scheduleWithFixedDelay(this::tryOnce, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void tryOnce() {
        try {
            sendAgain();
            for (int step = 0; step < MOST_STEPS && removeSome(); step++) {
                log.atDebug().addKeyValue("step", step).log("removed rows of a deleted inbox");
            }
            for (int step = 0; step < MOST_STEPS && trimSome(); step++) {
                log.atDebug().addKeyValue("step", step).log("removed rows older than the retention");
            }
        } catch (SQLException | RuntimeException e) {
            log.atWarn()
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("upkeep of inboxes failed, trying again");
        }
    }

    /** A row whose markers are to be sent again. */
    private record Claimed(OrgId org, InboxId inbox, Start start, int asked, int applied) {}

    void sendAgain() throws SQLException {
        for (Claimed one : claim()) {
            for (int number = one.applied() + 1; number <= one.asked(); number++) {
                try {
                    markers.append(
                            PostgresInboxes.marker(one.org(), one.inbox(), number, one.start(), clock.instant()));
                    resent.increment();
                } catch (DispositionLog.Unavailable e) {
                    log.atWarn().addKeyValue("cause", e.getMessage()).log("markers not confirmed, trying again later");
                    return;
                }
            }
        }
    }

    private List<Claimed> claim() throws SQLException {
        return GenerationTransactions.run(writer, InboxUpkeep::claim);
    }

    private static List<Claimed> claim(Connection connection) throws SQLException {
        List<Claimed> claimed = new ArrayList<>();
        try (PreparedStatement claim = connection.prepareStatement(CLAIM);
                ResultSet row = claim.executeQuery()) {
            while (row.next()) {
                claimed.add(new Claimed(
                        new OrgId(row.getObject(2, UUID.class)),
                        new InboxId(row.getObject(1, UUID.class)),
                        Start.parse(row.getString(3)),
                        row.getInt(4),
                        row.getInt(5)));
            }
        }
        return claimed;
    }

    /** One step of removing: some rows of one deleted inbox, or the inbox itself. False: there is none. */
    boolean removeSome() throws SQLException {
        return GenerationTransactions.run(writer, connection -> {
            try (PreparedStatement select = connection.prepareStatement(DELETED);
                    ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return false;
                }
                remove(connection, row.getObject(1));
                return true;
            }
        });
    }

    private void remove(Connection connection, Object inbox) throws SQLException {
        int rows = update(connection, REMOVE, inbox);
        removed.increment(rows);
        if (rows < MOST_ROWS && update(connection, REMOVE_OPERATIONS, inbox) < MOST_ROWS) {
            update(connection, REMOVE_INBOX, inbox);
        }
    }

    private static int update(Connection connection, String sql, Object inbox) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            update.setObject(1, inbox);
            return update.executeUpdate();
        }
    }

    /** One step of removing what is older than the retention. False: nothing is. */
    boolean trimSome() throws SQLException {
        int rows = past.removeSome();
        trimmed.increment(rows);
        return rows > 0;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
