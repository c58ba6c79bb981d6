package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.Disposition.Acknowledged;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Acknowledgements from the log that took effect in their requests' transactions already: nearly all. To see that needs no
 * lock, so that the projector neither waits for who leases meanwhile nor lets them wait for its batch. What is done stays
 * done until a replay, which the projector alone applies; what a request has decided and not committed yet is seen as
 * open, and is then applied under the lock, after it.
 */
final class Settled implements RoundTrip.Part {

    private static final String OPEN = """
            select d.place
            from unnest(?::uuid[], ?::text[]::int8multirange[]) with ordinality as d (inbox, sequences, place)
            where not exists (
              select from inbox.inbox i
              where i.id = d.inbox and i.frontier >= upper(d.sequences) - 1
                and not exists (
                  select from inbox.delivery o
                  where o.inbox = d.inbox and lower(o.open) < upper(d.sequences) and o.open && d.sequences))
            order by d.place""";

    private final List<Acknowledged> acknowledged;
    private final List<Acknowledged> open = new ArrayList<>();

    Settled(List<Acknowledged> acknowledged) {
        this.acknowledged = List.copyOf(acknowledged);
    }

    /** Those that may still have to be applied, in their order. */
    List<Acknowledged> open() {
        return open;
    }

    @Override
    public String sql() {
        return OPEN;
    }

    @Override
    public int set(PreparedStatement all, int from) throws SQLException {
        return new GivenRows<>(OPEN, acknowledged)
                .column("uuid", one -> one.inbox().value())
                .column("text", one -> one.sequences().toString())
                .set(all, from);
    }

    @Override
    public void read(PreparedStatement all) throws SQLException {
        try (ResultSet row = all.getResultSet()) {
            while (row.next()) {
                open.add(acknowledged.get(row.getInt(1) - 1));
            }
        }
    }
}
