package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.Disposition.Acknowledged;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.AckResult;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.Inbox;
import dev.triggers.inbox.Page;
import dev.triggers.inbox.PageRequest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The default inbox over the tables, as the reading role. */
public final class PostgresInbox implements Inbox {

    private static final String SEQUENCES = """
            select event_id, sequence from inbox.event where org = ? and event_id = any (?)""";

    private final OrgTransactions transactions;
    private final DispositionLog dispositions;
    private final InstantSource clock;

    public PostgresInbox(DataSource reader, DispositionLog dispositions, InstantSource clock) {
        this.transactions = new OrgTransactions(reader);
        this.dispositions = dispositions;
        this.clock = clock;
    }

    @Override
    public Page page(OrgId org, PageRequest request) {
        return transactions.read(org, connection -> new PageQuery(connection, org, request).run());
    }

    /** Holds the inbox from the decision over the append to the commit, so that a reader sees its own acknowledgement. */
    @Override
    public List<AckResult> acknowledge(OrgId org, List<EventId> ids) {
        return transactions.write(org, connection -> {
            Map<UUID, List<Long>> sequences = sequencesOf(connection, org, ids);
            InboxId inbox = InboxId.defaultOf(org);
            DeliveryRows rows = DeliveryRows.lockOrRefuse(connection, org, inbox);
            Sequences open = rows.openAmong(
                    sequences.values().stream().flatMap(List::stream).toList());
            if (!open.isEmpty()) {
                dispositions.append(new Acknowledged(org, inbox, open, clock.instant()));
                rows.acknowledge(open);
            }
            return ids.stream()
                    .map(id -> new AckResult(id, outcome(sequences.get(id.value()), open)))
                    .toList();
        });
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
            select.setObject(1, org.value());
            select.setArray(
                    2,
                    connection.createArrayOf(
                            "uuid", ids.stream().map(EventId::value).toArray()));
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
