package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.Arrivals;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Arrivals over the tables, as the reading role. While a change of an inbox has no place in the order yet, none is told. */
public final class PostgresArrivals implements Arrivals {

    private static final String STATE =
            "select " + InboxState.COLUMNS + " from inbox.inbox where id = ? and org = ? and status <> 'deleting'";

    private final OrgTransactions transactions;

    public PostgresArrivals(DataSource reader) {
        this.transactions = new OrgTransactions(reader);
    }

    @Override
    public long now(OrgId org, InboxId inbox) {
        return transactions.read(org, connection -> {
            InboxState _ = state(connection, org, inbox);
            return InboxState.head(connection, org);
        });
    }

    @Override
    public Arrived after(OrgId org, InboxId inbox, long sequence) {
        return transactions.read(org, connection -> {
            long head = InboxState.head(connection, org);
            InboxState state = state(connection, org, inbox);
            return head <= sequence || !state.stamped()
                    ? new Arrived(0, sequence, false)
                    : step(connection, org, inbox, state, sequence, head);
        });
    }

    private static InboxState state(Connection connection, OrgId org, InboxId inbox) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(STATE)) {
            select.setObject(1, inbox.value());
            select.setObject(2, org.value());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? InboxState.read(row, 1) : InboxState.untouched(org, inbox);
            }
        }
    }

    /** Looks behind a sequence, up to the head or as far as one step goes. */
    static Arrived step(Connection connection, OrgId org, InboxId inbox, InboxState state, long after, long head)
            throws SQLException {
        if (state.filter().isAll()) {
            return new Arrived(
                    state.entering(Sequences.between(after + 1, head)).size(), head, false);
        }
        Sequences step = state.entering(Sequences.between(after + 1, head))
                .lowest(state.filter().step());
        Sequences rest = state.entering(Sequences.between(after + 1, head)).minus(step);
        long count = step.isEmpty()
                ? 0
                : new MessageRows(connection, org, inbox)
                        .matching(step, state.filter())
                        .size();
        return new Arrived(count, rest.isEmpty() ? head : step.last(), !rest.isEmpty());
    }
}
