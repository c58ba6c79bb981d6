package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.Arrivals.Arrived;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Counts what arrived in inboxes whose owners want to be told, in one transaction: a bounded number of them, none that
 * another instance is counting. Where something arrived and nothing is under way, a notification begins.
 */
final class ArrivalCount {

    private static final int MOST = 50;

    private static final String BEHIND = "select n.inbox, n.org, n.counted, h.sequence, " + InboxState.COLUMNS + """

            from inbox.notification n
            join inbox.head h on h.org = n.org and h.sequence > n.counted
            join inbox.inbox i on i.id = n.inbox
            where n.url is not null and n.stopped_at is null and i.asked = i.applied and i.status <> 'deleting'
            order by n.inbox limit ? for update of n skip locked""";
    private static final String COUNTED = """
            update inbox.notification set counted = ?, waiting = waiting + ? where inbox = ?""";
    private static final String BEGIN = """
            update inbox.notification set
              message = gen_random_uuid(), count = waiting, redelivery = missed, waiting = 0, attempt = 0,
              begun_at = greatest(not_before, ?), due_at = greatest(not_before, ?), taken_until = null
            where inbox = ? and message is null and waiting > 0""";

    private final Connection connection;
    private final OffsetDateTime now;

    ArrivalCount(Connection connection, Instant now) {
        this.connection = connection;
        this.now = now.atOffset(ZoneOffset.UTC);
    }

    /** An inbox that is behind. */
    private record Behind(InboxId inbox, OrgId org, long counted, long head, InboxState state) {}

    /** True: there may be more. */
    boolean run() throws SQLException {
        List<Behind> behind = behind();
        boolean more = behind.size() == MOST;
        for (Behind one : behind) {
            Arrived arrived =
                    PostgresArrivals.step(connection, one.org(), one.inbox(), one.state(), one.counted(), one.head());
            counted(one.inbox(), arrived);
            begin(one.inbox());
            more |= arrived.more();
        }
        return more;
    }

    private List<Behind> behind() throws SQLException {
        List<Behind> behind = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(BEHIND)) {
            select.setInt(1, MOST);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    behind.add(new Behind(
                            new InboxId(row.getObject(1, UUID.class)),
                            new OrgId(row.getObject(2, UUID.class)),
                            row.getLong(3),
                            row.getLong(4),
                            InboxState.read(row, 5)));
                }
            }
        }
        return behind;
    }

    private void counted(InboxId inbox, Arrived arrived) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(COUNTED)) {
            update.setLong(1, arrived.through());
            update.setLong(2, arrived.count());
            update.setObject(3, inbox.value());
            update.executeUpdate();
        }
    }

    private void begin(InboxId inbox) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(BEGIN)) {
            update.setObject(1, now);
            update.setObject(2, now);
            update.setObject(3, inbox.value());
            update.executeUpdate();
        }
    }
}
