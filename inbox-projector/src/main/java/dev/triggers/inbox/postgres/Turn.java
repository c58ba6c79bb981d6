package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.Disposition.Acknowledged;
import dev.triggers.common.disposition.Disposition.Quarantined;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.EventFilter;
import dev.triggers.inbox.postgres.LeaseRows.Held;
import dev.triggers.inbox.postgres.MessageRows.EventReader;
import dev.triggers.inbox.postgres.MessageRows.Found;
import dev.triggers.inbox.postgres.MessageRows.Standing;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * An inbox that is locked for a few writes in one transaction. What they decide is collected, laid into the rows once,
 * and appended to the log as one disposition of each kind.
 */
final class Turn implements AutoCloseable {

    /** Events read at once: however much their lists of leases ask for. */
    private static final int MOST_AHEAD = 1_000;

    private final Connection connection;
    private final OrgId org;
    private final InboxId inbox;
    private final DeliveryRows rows;
    private final Instant now;
    private final boolean logIsThere;
    private final List<? extends InboxWrite<?>> writes;
    private final List<Held> held;
    private final EventIds eventIds;
    private final List<LeasableRow> settledRows = new ArrayList<>();
    private @Nullable EventReader ahead;
    private boolean rowsChanged;
    private boolean nothingAvailable;
    private Sequences acknowledged = Sequences.NONE;
    private Sequences applied = Sequences.NONE;
    private Sequences quarantined = Sequences.NONE;
    private Sequences acknowledgedBefore = Sequences.NONE;
    private Sequences quarantinedBefore = Sequences.NONE;

    /**
     * @param writes all that will be done in it
     * @param held what the leases hold that these settle
     * @param eventIds where the events stand that these name by id
     * @param logIsThere whether decisions can be logged; else nothing may be decided
     */
    Turn(
            Connection connection,
            OrgId org,
            InboxId inbox,
            DeliveryRows rows,
            Instant now,
            List<? extends InboxWrite<?>> writes,
            List<Held> held,
            EventIds eventIds,
            boolean logIsThere) {
        this.connection = connection;
        this.org = org;
        this.inbox = inbox;
        this.rows = rows;
        this.now = now;
        this.writes = writes;
        this.held = held;
        this.eventIds = eventIds;
        this.logIsThere = logIsThere;
    }

    Connection connection() {
        return connection;
    }

    OrgId org() {
        return org;
    }

    InboxId inbox() {
        return inbox;
    }

    /** The database's time, taken under the lock. */
    Instant now() {
        return now;
    }

    /** Where the events stand that writes of this turn name by id. */
    EventIds eventIds() {
        return eventIds;
    }

    boolean logIsThere() {
        return logIsThere;
    }

    /** The rows as they stand, but for what was {@link #acknowledged} in this turn. */
    DeliveryRows unsettledRows() {
        return rows;
    }

    /** What was acknowledged in this turn and may still stand in the rows. */
    Sequences acknowledged() {
        return acknowledged;
    }

    /** What a lease that has not ended still held when the turn began, and what was changed in it since. */
    List<LeasableRow> held(long lease) throws SQLException {
        if (rowsChanged || !settles(writes).anyMatch(known -> known == lease)) {
            return rows.leases().held(lease, now);
        }
        return held.stream()
                .filter(row -> row.lease() == lease && row.lastsAt(now))
                .map(Held::row)
                .toList();
    }

    /** The leases that are settled by these. */
    static LongStream settles(List<? extends InboxWrite<?>> writes) {
        return writes.stream().flatMapToLong(write -> write.settles().stream()).distinct();
    }

    /** The rows with all that this turn has decided so far. */
    DeliveryRows rows() throws SQLException {
        rowsChanged = true;
        Sequences left = acknowledged.minus(applied);
        if (!left.isEmpty()) {
            settle(left);
            applied = acknowledged;
            settledRows.clear();
        }
        return rows;
    }

    /** Rows of leases that are wholly done are known by their ids; the others are looked for. */
    private void settle(Sequences left) throws SQLException {
        List<LeasableRow> whole = settledRows.stream()
                .filter(row -> row.open().minus(left).isEmpty())
                .toList();
        Sequences closed = Sequences.union(whole.stream().map(LeasableRow::open).toList());
        if (!whole.isEmpty()) {
            rows.leases().remove(whole, closed);
        }
        Sequences rest = left.minus(closed);
        if (!rest.isEmpty()) {
            rows.acknowledgeEarly(rest);
        }
    }

    /**
     * The first events that lie ahead of the frontier, for a lease of an inbox that takes everything. Read at once for all
     * leases of the turn.
     */
    Found readAhead(MessageRows events, Sequences wanted, MessageRows.Most most, LongFunction<Standing> standing)
            throws SQLException {
        EventReader reader = ahead;
        if (reader == null || wanted.last() > reader.last()) {
            close();
            int takes = writes.stream().mapToInt(InboxWrite::takes).sum();
            reader = events.reader(
                    rows.ahead().lowest(Math.max(wanted.size(), Math.min(takes, MOST_AHEAD))), EventFilter.ALL);
            ahead = reader;
        }
        return events.withPayloads(reader, wanted, EventFilter.ALL, most, standing);
    }

    @Override
    public void close() throws SQLException {
        EventReader open = ahead;
        if (open != null) {
            ahead = null;
            open.close();
        }
    }

    /** Rows that may be handed out again, as {@link LeaseRows#available}. Not looked for again once there were none. */
    List<LeasableRow> available(int lessOftenThan, int most) throws SQLException {
        if (nothingAvailable) {
            return List.of();
        }
        List<LeasableRow> available = rows.leases().available(now, lessOftenThan, most);
        nothingAvailable = available.isEmpty();
        return available;
    }

    /** Something was given back in this turn. */
    void givenBack() {
        nothingAvailable = false;
    }

    void acknowledge(Sequences sequences) {
        acknowledged = acknowledged.plus(sequences);
    }

    /** @param rows that hold all of them */
    void acknowledge(Sequences sequences, List<LeasableRow> rows) {
        acknowledge(sequences);
        settledRows.addAll(rows);
    }

    void quarantine(Sequences sequences) throws SQLException {
        rows().quarantine(sequences);
        quarantined = quarantined.plus(sequences);
    }

    /** What was decided since this was asked last: what the log has to hold before it may be committed. */
    List<Disposition> decided() {
        List<Disposition> decided = new ArrayList<>();
        Sequences acknowledgedNow = acknowledged.minus(acknowledgedBefore);
        if (!acknowledgedNow.isEmpty()) {
            decided.add(new Acknowledged(org, inbox, acknowledgedNow, now));
        }
        Sequences quarantinedNow = quarantined.minus(quarantinedBefore);
        if (!quarantinedNow.isEmpty()) {
            decided.add(new Quarantined(org, inbox, quarantinedNow, now));
        }
        acknowledgedBefore = acknowledged;
        quarantinedBefore = quarantined;
        return decided;
    }

    /** Lays the rest into the rows. Nothing is read after it. */
    void finish() throws SQLException {
        close();
        rows().finish();
    }
}
