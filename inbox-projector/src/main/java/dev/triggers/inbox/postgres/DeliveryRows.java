package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.inbox.postgres.LeaseRows.State;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An inbox's state: its frontier, up to which everything is done but what the delivery rows still hold open. All
 * changes are made under the inbox row's lock, in the caller's transaction.
 */
final class DeliveryRows {

    private static final String CREATE = """
            insert into inbox.inbox (id, org, key) values (?, ?, 'default') on conflict do nothing""";
    /**
     * Materialized, so that the clock is read once the row is locked. The head may be from before that: what comes meanwhile
     * is for the next who looks.
     */
    static final String LOCK = """
            with locked as materialized (
              select %s, leases from inbox.inbox where id = ? and org = ? and status <> 'deleting' for update)
            select locked.*, clock_timestamp() as now,
                   coalesce((select sequence from inbox.head where org = ?), 0) as head
            from locked""".formatted(InboxState.COLUMNS);

    private static final String ADVANCE = """
            update inbox.inbox set frontier = ? where id = ?""";
    private static final String SETTLE_AND_ADVANCE = "with settled as (" + OperationRows.SETTLED + ") " + ADVANCE;
    private static final String OPEN_GAP = """
            insert into inbox.delivery (inbox, org, open) values (?, ?, ?::int8multirange)""";
    private static final String CLOSE = """
            with done (open) as (values (?::int8multirange)),
            whole as (delete from inbox.delivery d using done where d.inbox = ? and d.open <@ done.open)
            update inbox.delivery d set open = d.open - done.open from done
            where d.inbox = ? and d.open && done.open and not d.open <@ done.open""";
    private static final String OPEN_AMONG = """
            select s from unnest(?) as s
            where exists (select from inbox.delivery d where d.inbox = ? and d.open @> s)""";

    private final Connection connection;
    private final OrgId org;
    private final InboxId inbox;
    private final InboxState state;
    private final Instant now;
    private final List<Fresh> fresh = new ArrayList<>();
    private final long leasesBefore;
    private final long head;
    private long lastLease;
    private long frontier;

    private DeliveryRows(
            Connection connection, OrgId org, InboxId inbox, InboxState state, long lastLease, long head, Instant now) {
        this.connection = connection;
        this.org = org;
        this.inbox = inbox;
        this.state = state;
        this.leasesBefore = lastLease;
        this.lastLease = lastLease;
        this.head = head;
        this.now = now;
        this.frontier = state.frontier();
    }

    /**
     * Locks an inbox of an org until the transaction ends. The default inbox is made first where it is not there yet;
     * empty: the org has no such inbox.
     */
    static Optional<DeliveryRows> lock(Connection connection, OrgId org, InboxId inbox) throws SQLException {
        Optional<DeliveryRows> there = lockThere(connection, org, inbox);
        if (there.isPresent() || !inbox.equals(InboxId.defaultOf(org))) {
            return there;
        }
        createDefault(connection, org);
        return lockThere(connection, org, inbox);
    }

    private static Optional<DeliveryRows> lockThere(Connection connection, OrgId org, InboxId inbox)
            throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement(LOCK)) {
            set(lock, 1, org, inbox);
            try (ResultSet row = lock.executeQuery()) {
                return read(connection, org, inbox, row);
            }
        }
    }

    /** Sets what {@link #LOCK} asks for. Returns the number of the next parameter. */
    static int set(PreparedStatement lock, int from, OrgId org, InboxId inbox) throws SQLException {
        lock.setObject(from, inbox.value());
        lock.setObject(from + 1, org.value());
        lock.setObject(from + 2, org.value());
        return from + 3;
    }

    /** The inbox that {@link #LOCK} locked. */
    static Optional<DeliveryRows> read(Connection connection, OrgId org, InboxId inbox, ResultSet row)
            throws SQLException {
        return row.next()
                ? Optional.of(new DeliveryRows(
                        connection,
                        org,
                        inbox,
                        InboxState.read(row, 1),
                        row.getLong("leases"),
                        row.getLong("head"),
                        row.getObject("now", OffsetDateTime.class).toInstant()))
                : Optional.empty();
    }

    /** Makes the default inbox, where it is not there yet. */
    static void createDefault(Connection connection, OrgId org) throws SQLException {
        try (PreparedStatement create = connection.prepareStatement(CREATE)) {
            create.setObject(1, InboxId.defaultOf(org).value());
            create.setObject(2, org.value());
            create.executeUpdate();
        }
    }

    /** The same for a request. Throws {@link ProblemException} with {@code not_found}. */
    static DeliveryRows lockOrRefuse(Connection connection, OrgId org, InboxId inbox) throws SQLException {
        return lock(connection, org, inbox).orElseThrow(() -> InboxRow.unknown(inbox));
    }

    /** What it takes in, and how far it was when it was locked. */
    InboxState state() {
        return state;
    }

    /** What lies ahead of the frontier and may enter, up to a sequence. */
    Sequences ahead(long head) {
        return state.entering(Sequences.between(frontier + 1, head));
    }

    /** The same up to the org's last sequence, as it was when the inbox was asked for. */
    Sequences ahead() {
        return ahead(head);
    }

    /** Up to where sequences were handed out or skipped. */
    long frontier() {
        return frontier;
    }

    /** The rows as leases change them. */
    LeaseRows leases() {
        return new LeaseRows(connection, org, inbox);
    }

    /** The database's clock, read under the lock. */
    Instant now() {
        return now;
    }

    /** Those of the given sequences that are not done yet. */
    Sequences openAmong(List<Long> sequences) throws SQLException {
        Sequences all = Sequences.of(sequences.stream().mapToLong(Long::longValue));
        Sequences beyond = all.above(frontier);
        return all.equals(beyond) ? beyond : beyond.plus(openAmong(all.minus(beyond)));
    }

    private Sequences openAmong(Sequences within) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(OPEN_AMONG)) {
            select.setArray(
                    1,
                    connection.createArrayOf("bigint", within.stream().boxed().toArray()));
            select.setObject(2, inbox.value());
            try (ResultSet rows = select.executeQuery()) {
                List<Long> open = new ArrayList<>();
                while (rows.next()) {
                    open.add(rows.getLong(1));
                }
                return Sequences.of(open.stream().mapToLong(Long::longValue));
            }
        }
    }

    /** Those of the given open sequences that are not set aside. */
    Sequences handOutAgainAmong(Sequences open) throws SQLException {
        Sequences again = open.above(frontier);
        if (!open.isEmpty()) {
            for (LeasableRow row : leases().over(open)) {
                again = again.plus(row.open().and(open));
            }
        }
        return again;
    }

    /** Closes these for good. Those closed already are left as they are, so that doing it twice changes nothing. */
    void acknowledge(Sequences sequences) throws SQLException {
        if (sequences.isEmpty()) {
            return;
        }
        Sequences within = sequences.minus(sequences.above(frontier));
        if (!within.isEmpty()) {
            closeWithinFrontier(within);
        }
        if (sequences.last() > frontier) {
            advanceTo(sequences.last(), sequences);
        }
    }

    /** The same in a request's own transaction: a replay that waits for the projector remembers it. */
    void acknowledgeEarly(Sequences sequences) throws SQLException {
        if (sequences.above(frontier).equals(sequences)) {
            openGap(sequences.last(), sequences);
            settleAndMove(sequences);
        } else {
            acknowledge(sequences);
            OperationRows.settled(connection, inbox, sequences);
        }
    }

    private void settleAndMove(Sequences settled) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(SETTLE_AND_ADVANCE)) {
            update.setString(1, settled.toString());
            update.setObject(2, inbox.value());
            update.setLong(3, settled.last());
            update.setObject(4, inbox.value());
            update.executeUpdate();
        }
        frontier = settled.last();
    }

    /** Drops these, whose events are no longer kept. Not a decision: a rebuild finds them gone as well. */
    void forget(Sequences sequences) throws SQLException {
        if (!sequences.isEmpty()) {
            closeWithinFrontier(sequences);
        }
    }

    /** Drops all below this one, whose events are no longer kept, however many they are. */
    void forgetBefore(long oldest) throws SQLException {
        forget(Sequences.between(1, oldest - 1));
        skipTo(oldest - 1);
    }

    /** Passes over all up to this one that lie beyond the frontier. */
    void skipTo(long sequence) throws SQLException {
        if (sequence > frontier) {
            moveFrontier(sequence);
        }
    }

    /** Sequences handed out, so often with this lease, until then. */
    record Fresh(Sequences sequences, long lease, Instant until, int leaseCount) {}

    /** The number of a new lease; the frontier moves with it, never back. Stands in the tables after {@link #finish}. */
    long nextLease(long newFrontier) {
        frontier = Math.max(frontier, newFrontier);
        return ++lastLease;
    }

    /** Hands out what no row holds yet. Stands in the tables after {@link #finish}. */
    void handOut(Sequences sequences, long lease, Instant until) {
        fresh.add(new Fresh(sequences, lease, until, 1));
    }

    /** Writes the leases that were given, however many, at once: nothing before looks at them. */
    void finish() throws SQLException {
        if (lastLease > leasesBefore) {
            leases().give(lastLease, frontier, fresh);
            fresh.clear();
        }
    }

    /** Lets those of these that are set aside be handed out again, from the first time on. Others are left as they are. */
    void redrive(Sequences sequences) throws SQLException {
        LeaseRows rows = leases();
        for (LeasableRow row : rows.setAsideOver(sequences)) {
            rows.change(row, row.open().and(sequences), State.released(Optional.empty(), 0));
        }
    }

    /** Opens those of these that are done. What is open stays as it is: leased, set aside, or beyond the frontier. */
    void reopen(Sequences sequences) throws SQLException {
        Sequences done = sequences.minus(sequences.above(frontier));
        if (done.isEmpty()) {
            return;
        }
        LeaseRows rows = leases();
        Sequences reopened = done.minus(rows.openWithin(done));
        if (!reopened.isEmpty()) {
            rows.insert(reopened, State.released(Optional.empty(), 0));
        }
    }

    /** Sets these aside for good, those that are open: handing them out again is over. Doing it twice changes nothing. */
    void quarantine(Sequences sequences) throws SQLException {
        LeaseRows rows = leases();
        Sequences beyond = sequences.above(frontier);
        for (LeasableRow row : rows.over(sequences)) {
            rows.change(row, row.open().and(sequences), State.setAside(row.leaseCount()));
        }
        if (!beyond.isEmpty()) {
            advanceTo(beyond.last(), beyond);
            rows.insert(beyond, State.setAside(0));
        }
    }

    private void closeWithinFrontier(Sequences sequences) throws SQLException {
        try (PreparedStatement close = connection.prepareStatement(CLOSE)) {
            close.setString(1, sequences.toString());
            close.setObject(2, inbox.value());
            close.setObject(3, inbox.value());
            close.executeUpdate();
        }
    }

    /** Moves the frontier past the last of them; what enters between and is not among them stays open. */
    private void advanceTo(long last, Sequences done) throws SQLException {
        openGap(last, done);
        moveFrontier(last);
    }

    private void openGap(long last, Sequences done) throws SQLException {
        Sequences stillOpen =
                state.entering(Sequences.between(frontier + 1, last)).minus(done);
        if (!stillOpen.isEmpty()) {
            try (PreparedStatement open = connection.prepareStatement(OPEN_GAP)) {
                open.setObject(1, inbox.value());
                open.setObject(2, org.value());
                open.setString(3, stillOpen.toString());
                open.executeUpdate();
            }
        }
    }

    private void moveFrontier(long last) throws SQLException {
        try (PreparedStatement advance = connection.prepareStatement(ADVANCE)) {
            advance.setLong(1, last);
            advance.setObject(2, inbox.value());
            advance.executeUpdate();
        }
        frontier = last;
    }
}
