package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.Disposition.Began;
import dev.triggers.common.disposition.Disposition.Paused;
import dev.triggers.common.disposition.Disposition.Resumed;
import dev.triggers.common.disposition.Disposition.Stamp;
import dev.triggers.common.disposition.Disposition.Stamped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * Applies stamped markers: each is remembered by its receipt, and changes its inbox once. The changes of an inbox take
 * effect in the order of their numbers: one that comes again, or before one that is missing, changes nothing; what is
 * missing is sent again.
 */
final class Stamps {

    private static final String REMEMBER = """
            insert into inbox.marker
              (receipt_partition, receipt_offset, org, inbox, kind, sequence, received_at, decided_at)
            values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing""";
    /** A pause that is asked for and not stamped yet keeps its ceiling. */
    private static final String OPEN = """
            update inbox.inbox
            set windows = windows + int8multirange(int8range(?, null)), applied = ?, resent = 0,
                status = case when asked = ? and status in ('initializing', 'initialization_failure')
                              then 'active' else status end
            where id = ? and org = ? and applied = ? and asked >= ?""";

    private static final String CLOSE = """
            update inbox.inbox
            set windows = windows * int8multirange(int8range(1, ?)), applied = ?, resent = 0,
                ceiling = case when asked >= ? then ceiling end
            where id = ? and org = ? and applied = ? and asked >= ?""";

    private Stamps() {}

    static void apply(Connection connection, Stamped stamped) throws SQLException {
        remember(connection, stamped);
        switch (stamped) {
            case Began began -> open(connection, stamped, began.first());
            case Resumed resumed -> open(connection, stamped, resumed.stamp().sequence() + 1);
            case Paused _ -> close(connection, stamped);
        }
    }

    private static void remember(Connection connection, Stamped stamped) throws SQLException {
        Stamp stamp = stamped.stamp();
        try (PreparedStatement insert = connection.prepareStatement(REMEMBER)) {
            insert.setInt(1, stamp.receipt().partition());
            insert.setLong(2, stamp.receipt().offset());
            insert.setObject(3, stamped.org().value());
            insert.setObject(4, stamped.inbox().value());
            insert.setString(5, kind(stamped));
            insert.setLong(6, stamp.sequence());
            insert.setObject(7, utc(stamp.receivedAt()));
            insert.setObject(8, utc(stamp.decidedAt()));
            insert.executeUpdate();
        }
    }

    private static String kind(Stamped stamped) {
        return switch (stamped) {
            case Began _ -> "began";
            case Paused _ -> "paused";
            case Resumed _ -> "resumed";
        };
    }

    private static void open(Connection connection, Stamped stamped, long first) throws SQLException {
        int number = stamped.stamp().number();
        try (PreparedStatement update = connection.prepareStatement(OPEN)) {
            update.setLong(1, first);
            update.setInt(2, number);
            update.setInt(3, number);
            set(update, 4, stamped);
            update.executeUpdate();
        }
    }

    private static void close(Connection connection, Stamped stamped) throws SQLException {
        int number = stamped.stamp().number();
        try (PreparedStatement update = connection.prepareStatement(CLOSE)) {
            update.setLong(1, stamped.stamp().sequence() + 1);
            update.setInt(2, number);
            update.setInt(3, number + 2);
            set(update, 4, stamped);
            update.executeUpdate();
        }
    }

    private static void set(PreparedStatement update, int from, Stamped stamped) throws SQLException {
        update.setObject(from, stamped.inbox().value());
        update.setObject(from + 1, stamped.org().value());
        update.setInt(from + 2, stamped.stamp().number() - 1);
        update.setInt(from + 3, stamped.stamp().number());
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
