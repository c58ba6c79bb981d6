package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.AckResult;
import dev.triggers.inbox.Inbox;
import dev.triggers.inbox.Page;
import dev.triggers.inbox.PageRequest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The default inbox over the tables, as the reading role. */
public final class PostgresInbox implements Inbox {

    /**
     * One id after another: for all at once PostgreSQL may read all of the org's events and compare their ids, while it
     * knows little of the tables.
     */
    static final String SEQUENCES = """
            select e.event_id, e.sequence
            from unnest(?) as id
            cross join lateral (
              select one.event_id, one.sequence from inbox.event one where one.event_id = id and one.org = ? offset 0) as e""";

    private final InboxTurns turns;

    public PostgresInbox(InboxTurns turns) {
        this.turns = turns;
    }

    @Override
    public Page page(OrgId org, PageRequest request) {
        return turns.transactions().read(org, connection -> new PageQuery(connection, org, request).run());
    }

    @Override
    public List<AckResult> acknowledge(OrgId org, List<EventId> ids) {
        return turns.run(org, InboxId.defaultOf(org), InboxWrite.deciding(turn -> {
            Map<UUID, List<Long>> sequences = sequencesOf(turn.connection(), org, ids);
            Sequences open = turn.unsettledRows()
                    .openAmong(sequences.values().stream().flatMap(List::stream).toList())
                    .minus(turn.acknowledged());
            turn.acknowledge(open);
            return ids.stream()
                    .map(id -> new AckResult(id, outcome(sequences.get(id.value()), open)))
                    .toList();
        }));
    }

    private static AckResult.Outcome outcome(@Nullable List<Long> sequences, Sequences open) {
        if (sequences == null) {
            return AckResult.Outcome.UNKNOWN;
        }
        return sequences.stream().anyMatch(open::contains) ? AckResult.Outcome.ACKED : AckResult.Outcome.ALREADY_ACKED;
    }

    /** An id may stand at several sequences: after the dedup window it can be accepted again. */
    private static Map<UUID, List<Long>> sequencesOf(Connection connection, OrgId org, List<EventId> ids)
            throws SQLException {
        Map<UUID, List<Long>> sequences = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(SEQUENCES)) {
            select.setArray(
                    1,
                    connection.createArrayOf(
                            "uuid", ids.stream().map(EventId::value).toArray()));
            select.setObject(2, org.value());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    sequences
                            .computeIfAbsent(rows.getObject(1, UUID.class), _ -> new ArrayList<>())
                            .add(rows.getLong(2));
                }
            }
        }
        return sequences;
    }
}
