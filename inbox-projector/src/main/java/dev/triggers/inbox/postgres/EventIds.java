package dev.triggers.inbox.postgres;

import dev.triggers.common.event.EventId;
import dev.triggers.common.event.OrgId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The sequences at which events of an org stand, by id. After the dedup window an id can be accepted again: it then has several. */
final class EventIds {

    /**
     * One id after another: for all at once PostgreSQL may read all of the org's events and compare their ids, while it
     * knows little of the tables.
     */
    static final String SEQUENCES = """
            select e.event_id, e.sequence
            from unnest(?) as id
            cross join lateral (
              select one.event_id, one.sequence from inbox.event one where one.event_id = id and one.org = ? offset 0) as e""";

    static final EventIds NONE = new EventIds(Map.of());

    private final Map<UUID, List<Long>> sequences;

    private EventIds(Map<UUID, List<Long>> sequences) {
        this.sequences = sequences;
    }

    /** Sets what {@link #SEQUENCES} asks for. Returns the number of the next parameter. */
    static int set(PreparedStatement query, int from, OrgId org, List<EventId> ids) throws SQLException {
        query.setArray(
                from,
                query.getConnection()
                        .createArrayOf("uuid", ids.stream().map(EventId::value).toArray()));
        query.setObject(from + 1, org.value());
        return from + 2;
    }

    /** What {@link #SEQUENCES} found. */
    static EventIds read(ResultSet row) throws SQLException {
        Map<UUID, List<Long>> sequences = new HashMap<>();
        while (row.next()) {
            sequences
                    .computeIfAbsent(row.getObject(1, UUID.class), _ -> new ArrayList<>())
                    .add(row.getLong(2));
        }
        return new EventIds(sequences);
    }

    /** Those of an event; empty: the org has none with this id, or keeps it no longer. */
    List<Long> sequences(EventId id) {
        return sequences.getOrDefault(id.value(), List.of());
    }
}
