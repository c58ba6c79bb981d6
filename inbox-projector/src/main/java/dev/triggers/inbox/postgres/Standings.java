package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Payload;
import dev.triggers.inbox.History.Standing;
import dev.triggers.inbox.Message;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Where an event stands in each inbox that takes it: those whose windows and filter it is in. The default one first. */
final class Standings {

    private static final String INBOXES = """
            select i.id, i.key, d.id is not null, d.quarantined,
                   d.leased_until > clock_timestamp() or d.available_at > clock_timestamp(),
                   coalesce(d.lease_count, 0), %s
            from inbox.inbox i left join inbox.delivery d on d.inbox = i.id and d.open @> ?::bigint
            where i.org = ? and i.status <> 'deleting' and i.windows @> ?::bigint
            order by i.created_at, i.id""".formatted(InboxState.COLUMNS);

    private Standings() {}

    static List<Standing> of(
            Connection connection, OrgId org, long sequence, EventType type, String source, Payload data)
            throws SQLException {
        InboxId byDefault = InboxId.defaultOf(org);
        Optional<Standing> first = Optional.empty();
        List<Standing> others = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(INBOXES)) {
            select.setLong(1, sequence);
            select.setObject(2, org.value());
            select.setLong(3, sequence);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    InboxState state = InboxState.read(row, 7);
                    if (!state.windows().contains(sequence) || !state.filter().takes(type, source, data)) {
                        continue;
                    }
                    Standing standing = standing(row, state, sequence);
                    if (standing.inbox().equals(byDefault)) {
                        first = Optional.of(standing);
                    } else {
                        others.add(standing);
                    }
                }
            }
        }
        others.addFirst(
                first.orElseGet(() -> new Standing(byDefault, Optional.of("default"), Message.Status.AVAILABLE, 0)));
        return others;
    }

    private static Standing standing(ResultSet row, InboxState state, long sequence) throws SQLException {
        boolean open = row.getBoolean(3);
        Message.Status status;
        if (!open) {
            status = sequence <= state.frontier() ? Message.Status.ACKED : Message.Status.AVAILABLE;
        } else if (row.getBoolean(4)) {
            status = Message.Status.QUARANTINED;
        } else {
            status = row.getBoolean(5) ? Message.Status.LEASED : Message.Status.AVAILABLE;
        }
        return new Standing(
                new InboxId(row.getObject(1, UUID.class)),
                Optional.ofNullable(row.getString(2)),
                status,
                row.getInt(6));
    }
}
