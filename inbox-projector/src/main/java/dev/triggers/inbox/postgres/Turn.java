package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.Disposition.Acknowledged;
import dev.triggers.common.disposition.Disposition.Quarantined;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.OrgId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * An inbox that is locked for a few writes in one transaction. What they decide is collected, laid into the rows once,
 * and appended to the log as one disposition of each kind.
 */
final class Turn {

    private final Connection connection;
    private final OrgId org;
    private final InboxId inbox;
    private final DeliveryRows rows;
    private final Instant now;
    private final boolean logIsThere;
    private OptionalLong head = OptionalLong.empty();
    private boolean nothingAvailable;
    private Sequences acknowledged = Sequences.NONE;
    private Sequences applied = Sequences.NONE;
    private Sequences quarantined = Sequences.NONE;

    /** @param logIsThere whether decisions can be logged; else nothing may be decided */
    Turn(Connection connection, OrgId org, InboxId inbox, DeliveryRows rows, Instant now, boolean logIsThere) {
        this.connection = connection;
        this.org = org;
        this.inbox = inbox;
        this.rows = rows;
        this.now = now;
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

    /** The rows with all that this turn has decided so far. */
    DeliveryRows rows() throws SQLException {
        Sequences left = acknowledged.minus(applied);
        if (!left.isEmpty()) {
            rows.acknowledge(left);
            OperationRows.settled(connection, inbox, left);
            applied = acknowledged;
        }
        return rows;
    }

    /** The org's last sequence. Looked up once in a turn: what comes meanwhile is for the next. */
    long head() throws SQLException {
        if (head.isEmpty()) {
            head = OptionalLong.of(rows.leases().head());
        }
        return head.getAsLong();
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

    void quarantine(Sequences sequences) throws SQLException {
        rows().quarantine(sequences);
        quarantined = quarantined.plus(sequences);
    }

    /** Lays the rest into the rows. What the log has to hold before this may be committed. */
    List<Disposition> decided() throws SQLException {
        rows().finish();
        List<Disposition> decided = new ArrayList<>();
        if (!acknowledged.isEmpty()) {
            decided.add(new Acknowledged(org, inbox, acknowledged, now));
        }
        if (!quarantined.isEmpty()) {
            decided.add(new Quarantined(org, inbox, quarantined, now));
        }
        return decided;
    }
}
