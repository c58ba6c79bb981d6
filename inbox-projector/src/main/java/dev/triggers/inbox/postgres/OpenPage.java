package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.InboxEvent;
import dev.triggers.inbox.Page;
import dev.triggers.inbox.PageRequest;
import dev.triggers.inbox.PageRequest.Filter;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The page that consumers wait for: what is not acknowledged, of any type. All of it in one statement, which is its own
 * snapshot and takes one round trip; {@link PageQuery} is for every other page.
 */
final class OpenPage implements OrgTransactions.Reading<Optional<Page>> {

    /**
     * What is open, in ranges; as many of the first as can be on the page; their events, up to the first that is too many
     * bytes. At least one row, which says whether this was all.
     */
    static final String QUERY = """
            with state as materialized (
              select coalesce((select sequence from inbox.head where org = ?), 0) as head,
                     coalesce((select frontier from inbox.inbox where id = ?), 0) as frontier),
            counted as materialized (
              select first, last, coalesce(sum(last - first + 1)
                       over (order by first rows between unbounded preceding and 1 preceding), 0)::bigint as before
              from (
                select greatest(lower(r), asked.after + 1) as first, upper(r) - 1 as last
                from (select ?::bigint as after) as asked, inbox.delivery d cross join lateral unnest(d.open) as r
                where d.inbox = ? and upper(r) - 1 > asked.after
                union all
                select greatest(frontier, asked.after) + 1, head
                from state, (select ?::bigint as after) as asked
                where head > greatest(frontier, asked.after)
                order by 1 limit ?) as open)
            select (select coalesce(max(last - first + 1 + before), 0) from counted) as sequences,
                   e.event_id, e.sequence, e.type, e.source, e.subject, e.time, e.accepted_at, e.data,
                   e.lease_count, e.status
            from (values (1)) as one
            left join (
              select of.event_id, of.sequence, of.type, of.source, of.subject, of.time, of.accepted_at, of.data, d.lease_count,
                     case when d.quarantined then 'QUARANTINED'
                          when d.leased_until > clock_timestamp() or d.available_at > clock_timestamp() then 'LEASED'
                          else 'AVAILABLE' end as status,
                     coalesce(sum(octet_length(of.data))
                       over (order by of.sequence rows between unbounded preceding and 1 preceding), 0) as bytes
              from (select first, least(last, first + asked.most - before) as last
                    from counted, (select ?::bigint as most) as asked where before <= asked.most) as r
              cross join lateral (
                select * from inbox.event one
                where one.org = ? and one.sequence >= r.first and one.sequence <= r.last offset 0) as of
              left join inbox.delivery d on d.inbox = ? and d.open @> of.sequence) as e on e.bytes <= ?
            order by e.sequence""";

    private final OrgId org;
    private final InboxId inbox;
    private final PageRequest request;

    OpenPage(OrgId org, PageRequest request) {
        this.org = org;
        this.inbox = InboxId.defaultOf(org);
        this.request = request;
    }

    /** Whether this is such a page. */
    static boolean answers(PageRequest request) {
        return request.filter() == Filter.UNACKNOWLEDGED && request.type().isEmpty();
    }

    @Override
    public String query() {
        return QUERY;
    }

    @Override
    public void set(PreparedStatement query, int from) throws SQLException {
        query.setObject(from, org.value());
        query.setObject(from + 1, inbox.value());
        query.setLong(from + 2, request.after());
        query.setObject(from + 3, inbox.value());
        query.setLong(from + 4, request.after());
        query.setLong(from + 5, request.limit() + 1L);
        query.setLong(from + 6, request.limit());
        query.setObject(from + 7, org.value());
        query.setObject(from + 8, inbox.value());
        query.setLong(from + 9, PageQuery.MOST_BYTES);
    }

    /** Empty: events that are no longer kept left room for what was not looked at. */
    @Override
    public Optional<Page> read(ResultSet row) throws SQLException {
        List<InboxEvent> events = new ArrayList<>();
        long bytes = 0;
        boolean all = true;
        while (row.next()) {
            all = row.getLong(1) <= request.limit();
            if (row.getObject(2) == null) {
                break;
            }
            InboxEvent event = PageQuery.event(row, 2);
            bytes += event.data().size();
            if (events.size() == request.limit() || (!events.isEmpty() && bytes > PageQuery.MOST_BYTES)) {
                return Optional.of(
                        new Page(events, OptionalLong.of(events.getLast().sequence())));
            }
            events.add(event);
        }
        return all ? Optional.of(new Page(events, OptionalLong.empty())) : Optional.empty();
    }
}
