package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.InboxUnavailable;
import dev.triggers.inbox.notify.Notification;
import dev.triggers.inbox.notify.NotificationQueue;
import dev.triggers.inbox.notify.WebhookSecret;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The queue as rows, one an inbox, as the projector's role, since it is about all orgs. A row is taken by one instance: the
 * taking is written down before anything is sent, and what became of it counts only from who took it last.
 */
public final class PostgresNotificationQueue implements NotificationQueue {

    /** Between two notifications of an inbox. */
    private static final Duration PAUSE = Duration.ofSeconds(1);
    /** After one was given up. */
    private static final Duration LONG_PAUSE = Duration.ofMinutes(5);

    private static final int MOST_OF_AN_ORG = 4;
    private static final int MOST_CANDIDATES = 1_000;
    private static final int MOST_RESULT_CHARS = 100;

    private static final String TAKE = """
            with candidate as (
              select n.inbox, n.org, row_number() over (partition by n.org order by n.due_at) as place
              from (select inbox, org, due_at from inbox.notification
                    where due_at <= ? and (taken_until is null or taken_until <= ?)
                    order by due_at limit ?) as n),
            due as (
              select n.inbox from inbox.notification n join candidate c on c.inbox = n.inbox
              where n.due_at <= ? and (n.taken_until is null or n.taken_until <= ?)
                and c.place + (select count(*) from inbox.notification s where s.org = c.org and s.taken_until > ?) <= ?
              order by n.due_at limit ? for update of n skip locked)
            update inbox.notification n set taken_until = ?, attempt = n.attempt + 1
            from due where n.inbox = due.inbox
            returning n.inbox, n.org, n.url, n.secret,
                      case when n.previous_until > ? then n.previous_secret end,
                      n.message, n.count, n.redelivery, n.attempt, n.begun_at""";

    /** The one under way is over; the next one begins at once where something waits. */
    private static final String SETTLE = """
            update inbox.notification set
              message = case when waiting > 0 and not ? then gen_random_uuid() end,
              count = waiting,
              redelivery = ?,
              waiting = 0,
              missed = ?,
              attempt = 0,
              begun_at = ?,
              due_at = case when waiting > 0 and not ? then ?::timestamptz end,
              not_before = ?,
              taken_until = null,
              stopped_at = case when ? then ?::timestamptz end,
              last_at = ?,
              last_result = ?
            where inbox = ? and message = ? and attempt = ?""";

    private static final String AGAIN = """
            update inbox.notification set due_at = ?, taken_until = null, last_at = ?, last_result = ?
            where inbox = ? and message = ? and attempt = ?""";

    private final DataSource writer;
    private final InstantSource clock;

    /** @param writer connections of the projector's role */
    public PostgresNotificationQueue(DataSource writer, InstantSource clock) {
        this.writer = writer;
        this.clock = clock;
    }

    @Override
    public boolean count() {
        return transact(connection -> new ArrivalCount(connection, clock.instant()).run());
    }

    @Override
    public List<Notification> take(int most, Instant until) {
        OffsetDateTime now = time(clock.instant());
        return transact(connection -> {
            try (PreparedStatement take = connection.prepareStatement(TAKE)) {
                take.setObject(1, now);
                take.setObject(2, now);
                take.setInt(3, MOST_CANDIDATES);
                take.setObject(4, now);
                take.setObject(5, now);
                take.setObject(6, now);
                take.setInt(7, MOST_OF_AN_ORG);
                take.setInt(8, most);
                take.setObject(9, time(until));
                take.setObject(10, now);
                List<Notification> taken = new ArrayList<>();
                try (ResultSet row = take.executeQuery()) {
                    while (row.next()) {
                        taken.add(notification(row));
                    }
                }
                return taken;
            }
        });
    }

    private static Notification notification(ResultSet row) throws SQLException {
        List<WebhookSecret> secrets = new ArrayList<>();
        secrets.add(new WebhookSecret(row.getBytes(4)));
        byte @Nullable [] previous = row.getBytes(5);
        if (previous != null) {
            secrets.add(new WebhookSecret(previous));
        }
        return new Notification(
                new InboxId(row.getObject(1, UUID.class)),
                new OrgId(row.getObject(2, UUID.class)),
                row.getString(3),
                secrets,
                row.getObject(6, UUID.class),
                row.getLong(7),
                row.getBoolean(8),
                row.getInt(9),
                row.getObject(10, OffsetDateTime.class).toInstant());
    }

    @Override
    public void delivered(Notification notification) {
        settle(notification, "delivered", false, false, PAUSE);
    }

    @Override
    public void givenUp(Notification notification, String why) {
        settle(notification, "given up: " + why, true, false, LONG_PAUSE);
    }

    @Override
    public void stopped(Notification notification, String why) {
        settle(notification, "stopped: " + why, true, true, LONG_PAUSE);
    }

    private void settle(Notification notification, String result, boolean missed, boolean stop, Duration pause) {
        OffsetDateTime now = time(clock.instant());
        OffsetDateTime next = time(clock.instant().plus(pause));
        transact(connection -> {
            try (PreparedStatement settle = connection.prepareStatement(SETTLE)) {
                settle.setBoolean(1, stop);
                settle.setBoolean(2, missed);
                settle.setBoolean(3, missed);
                settle.setObject(4, next);
                settle.setBoolean(5, stop);
                settle.setObject(6, next);
                settle.setObject(7, next);
                settle.setBoolean(8, stop);
                settle.setObject(9, now);
                settle.setObject(10, now);
                settle.setString(11, cut(result));
                identify(settle, 12, notification);
                return settle.executeUpdate();
            }
        });
    }

    @Override
    public void again(Notification notification, String why, Instant due) {
        transact(connection -> {
            try (PreparedStatement again = connection.prepareStatement(AGAIN)) {
                again.setObject(1, time(due));
                again.setObject(2, time(clock.instant()));
                again.setString(3, cut("failed: " + why));
                identify(again, 4, notification);
                return again.executeUpdate();
            }
        });
    }

    private static void identify(PreparedStatement update, int index, Notification notification) throws SQLException {
        update.setObject(index, notification.inbox().value());
        update.setObject(index + 1, notification.id());
        update.setInt(index + 2, notification.attempt());
    }

    private static String cut(String result) {
        return result.substring(0, Math.min(result.length(), MOST_RESULT_CHARS));
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private <T> T transact(OrgTransactions.Work<T> work) {
        try (Connection connection = writer.getConnection()) {
            connection.setAutoCommit(false);
            try {
                Generation.hold(connection);
                T result = work.run(connection);
                connection.commit();
                return result;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw new InboxUnavailable("postgres: " + e.getMessage(), e);
        }
    }
}
