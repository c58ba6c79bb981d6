package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.postgres.DeliveryRows.Fresh;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The delivery rows of an inbox as leases change them: taken, given back, split where only a part is meant. Used under
 * the inbox row's lock, in the caller's transaction.
 */
final class LeaseRows {

    private static final String AVAILABLE = """
            select id, open::text, lease_count from inbox.delivery
            where inbox = ? and not quarantined and lease_count < ?
              and (leased_until is null or leased_until <= ?) and (available_at is null or available_at <= ?)
            order by lower(open) limit ?""";
    static final String HELD = """
            select id, open::text, lease_count, lease, leased_until from inbox.delivery
            where inbox = ? and lease = any (?)
            order by lower(open)""";
    private static final String REMOVE =
            "with settled as (" + OperationRows.SETTLED + ") delete from inbox.delivery where id = any (?)";

    private static final String OPEN_OVER = """
            select id, open::text, lease_count from inbox.delivery
            where inbox = ? and not quarantined and open && ?::int8multirange
            order by lower(open)""";
    private static final String SET_ASIDE_OVER = """
            select id, open::text, lease_count from inbox.delivery
            where inbox = ? and quarantined and open && ?::int8multirange
            order by lower(open)""";
    private static final String OPEN_WITHIN = """
            select coalesce(range_agg(r), '{}') from inbox.delivery d cross join lateral unnest(d.open) as r
            where d.inbox = ? and d.open && ?::int8multirange""";
    private static final String OLDEST = """
            select sequence from inbox.event where org = ? order by sequence limit 1""";
    private static final String GIVE = """
            with given as (update inbox.inbox set leases = ?, frontier = greatest(frontier, ?) where id = ?)
            insert into inbox.delivery (inbox, org, open, lease, leased_until, lease_count)
            select ?, ?, f.open::int8multirange, f.lease, f.leased_until::timestamptz, f.lease_count
            from unnest(?::text[], ?::bigint[], ?::text[], ?::int[]) as f (open, lease, leased_until, lease_count)""";
    private static final String HEAD = "select sequence from inbox.head where org = ?";
    private static final String CHANGE = """
            update inbox.delivery
            set lease = ?, leased_until = ?, available_at = ?, quarantined = ?, lease_count = ? where id = ?""";
    private static final String NARROW = """
            update inbox.delivery set open = open - ?::int8multirange where id = ?""";
    private static final String INSERT = """
            insert into inbox.delivery
              (inbox, org, open, lease, leased_until, available_at, quarantined, lease_count)
            values (?, ?, ?::int8multirange, ?, ?, ?, ?, ?)""";

    private final Connection connection;
    private final OrgId org;
    private final InboxId inbox;

    LeaseRows(Connection connection, OrgId org, InboxId inbox) {
        this.connection = connection;
        this.org = org;
        this.inbox = inbox;
    }

    /** What a row becomes. */
    record State(
            Optional<Long> lease,
            Optional<Instant> leasedUntil,
            Optional<Instant> availableAt,
            boolean quarantined,
            int leaseCount) {

        static State leased(long lease, Instant until, int leaseCount) {
            return new State(Optional.of(lease), Optional.of(until), Optional.empty(), false, leaseCount);
        }

        static State released(Optional<Instant> availableAt, int leaseCount) {
            return new State(Optional.empty(), Optional.empty(), availableAt, false, leaseCount);
        }

        static State setAside(int leaseCount) {
            return new State(Optional.empty(), Optional.empty(), Optional.empty(), true, leaseCount);
        }
    }

    /** Rows that may be handed out and were less often than that, those with the lowest sequences first. */
    List<LeasableRow> available(Instant now, int lessOftenThan, int most) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(AVAILABLE)) {
            select.setObject(1, inbox.value());
            select.setInt(2, lessOftenThan);
            select.setObject(3, utc(now));
            select.setObject(4, utc(now));
            select.setInt(5, most);
            return rows(select);
        }
    }

    /** What a lease that has not ended still holds. */
    List<LeasableRow> held(long lease, Instant now) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(HELD)) {
            set(select, 1, inbox, List.of(lease));
            try (ResultSet row = select.executeQuery()) {
                return held(row).stream()
                        .filter(held -> held.lastsAt(now))
                        .map(Held::row)
                        .toList();
            }
        }
    }

    /** Sets what {@link #HELD} asks for. Returns the number of the next parameter. */
    static int set(PreparedStatement held, int from, InboxId inbox, List<Long> leases) throws SQLException {
        held.setObject(from, inbox.value());
        held.setObject(from + 1, leases.stream().mapToLong(Long::longValue).toArray());
        return from + 2;
    }

    /** A row that a lease holds or held when it ended. */
    record Held(LeasableRow row, long lease, Instant until) {

        boolean lastsAt(Instant now) {
            return until.isAfter(now);
        }
    }

    /** What {@link #HELD} found. */
    static List<Held> held(ResultSet row) throws SQLException {
        List<Held> held = new ArrayList<>();
        while (row.next()) {
            held.add(new Held(
                    leasable(row),
                    row.getLong(4),
                    row.getObject(5, OffsetDateTime.class).toInstant()));
        }
        return held;
    }

    /** Removes rows in which nothing is open any more. A replay that waits for the projector remembers what was settled. */
    void remove(List<LeasableRow> rows, Sequences settled) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(REMOVE)) {
            delete.setString(1, settled.toString());
            delete.setObject(2, inbox.value());
            delete.setObject(3, rows.stream().mapToLong(LeasableRow::id).toArray());
            delete.executeUpdate();
        }
    }

    /** Rows that hold any of these open and not set aside, whoever has them. */
    List<LeasableRow> over(Sequences sequences) throws SQLException {
        return over(OPEN_OVER, sequences);
    }

    /** Rows that hold any of these set aside. */
    List<LeasableRow> setAsideOver(Sequences sequences) throws SQLException {
        return over(SET_ASIDE_OVER, sequences);
    }

    private List<LeasableRow> over(String sql, Sequences sequences) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setObject(1, inbox.value());
            select.setString(2, sequences.toString());
            return rows(select);
        }
    }

    /** All that is open in rows that hold any of these, set aside or not. */
    Sequences openWithin(Sequences sequences) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(OPEN_WITHIN)) {
            select.setObject(1, inbox.value());
            select.setString(2, sequences.toString());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return Sequences.parse(row.getString(1));
            }
        }
    }

    /** The lowest sequence whose event is still kept; the one after the last where none is. */
    long oldestKept() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(OLDEST)) {
            select.setObject(1, org.value());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getLong(1) : head() + 1;
            }
        }
    }

    private static List<LeasableRow> rows(PreparedStatement select) throws SQLException {
        List<LeasableRow> rows = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                rows.add(leasable(row));
            }
        }
        return rows;
    }

    private static LeasableRow leasable(ResultSet row) throws SQLException {
        return new LeasableRow(row.getLong(1), Sequences.parse(row.getString(2)), row.getInt(3));
    }

    /** The org's last sequence, 0 when it has none. */
    long head() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(HEAD)) {
            select.setObject(1, org.value());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    /** Writes what was handed out for the first time, the number of the last lease, and the frontier as it is with it. */
    void give(long lastLease, long frontier, List<Fresh> fresh) throws SQLException {
        try (PreparedStatement give = connection.prepareStatement(GIVE)) {
            give.setLong(1, lastLease);
            give.setLong(2, frontier);
            give.setObject(3, inbox.value());
            give.setObject(4, inbox.value());
            give.setObject(5, org.value());
            give.setArray(6, array("text", fresh, one -> one.sequences().toString()));
            give.setArray(7, array("bigint", fresh, Fresh::lease));
            give.setArray(8, array("text", fresh, one -> utc(one.until()).toString()));
            give.setArray(9, array("int", fresh, Fresh::leaseCount));
            give.executeUpdate();
        }
    }

    private Array array(String type, List<Fresh> fresh, Function<Fresh, Object> member) throws SQLException {
        return connection.createArrayOf(type, fresh.stream().map(member).toArray());
    }

    /** Changes a part of a row, splitting it where the part is not all of it. */
    void change(LeasableRow row, Sequences part, State state) throws SQLException {
        if (part.equals(row.open())) {
            change(row.id(), state);
        } else if (!part.isEmpty()) {
            narrow(row.id(), part);
            insert(part, state);
        }
    }

    private void change(long id, State state) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(CHANGE)) {
            set(update, 1, state);
            update.setLong(6, id);
            update.executeUpdate();
        }
    }

    private void narrow(long id, Sequences without) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(NARROW)) {
            update.setString(1, without.toString());
            update.setLong(2, id);
            update.executeUpdate();
        }
    }

    /** A row of sequences that no other row holds. */
    void insert(Sequences open, State state) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setObject(1, inbox.value());
            insert.setObject(2, org.value());
            insert.setString(3, open.toString());
            set(insert, 4, state);
            insert.executeUpdate();
        }
    }

    private static void set(PreparedStatement statement, int from, State state) throws SQLException {
        statement.setObject(from, state.lease().orElse(null));
        statement.setObject(
                from + 1, state.leasedUntil().map(LeaseRows::utc).orElse(null), Types.TIMESTAMP_WITH_TIMEZONE);
        statement.setObject(
                from + 2, state.availableAt().map(LeaseRows::utc).orElse(null), Types.TIMESTAMP_WITH_TIMEZONE);
        statement.setBoolean(from + 3, state.quarantined());
        statement.setInt(from + 4, state.leaseCount());
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
