package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences.Range;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Payload;
import dev.triggers.inbox.InboxEvent;
import dev.triggers.inbox.Message;
import dev.triggers.inbox.Page;
import dev.triggers.inbox.PageRequest;
import dev.triggers.inbox.PageRequest.Filter;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One page of an inbox: first the ranges of sequences that can be on it, which are few, then their events, so that
 * what is done already is never scanned. Ends at {@value #MOST_BYTES} bytes of data too.
 */
final class PageQuery {

    /** Bytes of data after which a page ends early. */
    static final int MOST_BYTES = 8 << 20;

    /** Rounds after which a page that a type filter leaves nearly empty ends early. */
    private static final int MOST_ROUNDS = 10;
    /** Sequences looked at in a round when a type filter may refuse most of them. */
    private static final int FILTERED_SPAN = 10_000;

    private static final int FETCH_ROWS = 64;

    private static final String STATE = """
            select coalesce((select sequence from inbox.head where org = ?), 0),
                   coalesce((select frontier from inbox.inbox where id = ?), 0)""";
    /** Both of these at once, for a page that begins with what is open: the state, and then the ranges, if any. */
    private static final String STATE_AND_RANGES = """
            select coalesce(h.sequence, 0), coalesce(i.frontier, 0), o.first, o.last
            from (values (1)) as one
            left join inbox.head h on h.org = ?
            left join inbox.inbox i on i.id = ?
            left join lateral (
              select lower(r) as first, upper(r) - 1 as last
              from inbox.delivery d cross join lateral unnest(d.open) as r
              where d.inbox = ? and upper(r) - 1 > ?
              order by 1 limit ?) as o on true
            order by o.first""";

    private static final String OPEN_RANGES = """
            select lower(r), upper(r) - 1
            from inbox.delivery d cross join lateral unnest(d.open) as r
            where d.inbox = ? and upper(r) - 1 > ?
            order by 1 limit ?""";
    static final String EVENTS = """
            select e.event_id, e.sequence, e.type, e.source, e.subject, e.time, e.accepted_at, e.data,
                   d.lease_count,
                   case when e.sequence <= ? and d.id is null then 'ACKED'
                        when d.quarantined then 'QUARANTINED'
                        when d.leased_until > clock_timestamp() or d.available_at > clock_timestamp() then 'LEASED'
                        else 'AVAILABLE' end as status
            from %s
            left join inbox.delivery d on d.inbox = ? and d.open @> e.sequence
            where ?::text is null or e.type = ?
            order by e.sequence""".formatted(MessageRows.WITHIN);

    private final Connection connection;
    private final OrgId org;
    private final InboxId inbox;
    private final PageRequest request;
    private final List<InboxEvent> events = new ArrayList<>();
    private @Nullable List<Range> firstRanges;
    private long bytes;
    private long head;
    private long frontier;

    PageQuery(Connection connection, OrgId org, PageRequest request) {
        this.connection = connection;
        this.org = org;
        this.inbox = InboxId.defaultOf(org);
        this.request = request;
    }

    Page run() throws SQLException {
        long after = request.after();
        if (request.filter() == Filter.ALL || request.filter() == Filter.ACKED) {
            readState();
        } else {
            firstRanges = readStateAndRanges(after);
        }
        for (int round = 0; round < MOST_ROUNDS; round++) {
            List<Range> ranges = clip(candidates(after));
            if (ranges.isEmpty()) {
                return new Page(events, OptionalLong.empty());
            }
            after = ranges.getLast().last();
            if (readEvents(ranges)) {
                return new Page(events, OptionalLong.of(events.getLast().sequence()));
            }
        }
        return new Page(events, OptionalLong.of(after));
    }

    private void readState() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(STATE)) {
            select.setObject(1, org.value());
            select.setObject(2, inbox.value());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                head = row.getLong(1);
                frontier = row.getLong(2);
            }
        }
    }

    private List<Range> readStateAndRanges(long after) throws SQLException {
        List<Range> ranges = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(STATE_AND_RANGES)) {
            select.setObject(1, org.value());
            select.setObject(2, inbox.value());
            select.setObject(3, inbox.value());
            select.setLong(4, after);
            select.setInt(5, request.limit());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    head = row.getLong(1);
                    frontier = row.getLong(2);
                    long last = row.getLong(4);
                    if (!row.wasNull()) {
                        ranges.add(new Range(Math.max(row.getLong(3), after + 1), last));
                    }
                }
            }
        }
        return ranges;
    }

    /** Where events of this page can stand, ascending. */
    private List<Range> candidates(long after) throws SQLException {
        return switch (request.filter()) {
            case ALL -> rangeOrNone(after + 1, head);
            case ACKED -> rangeOrNone(after + 1, Math.min(frontier, head));
            case LEASED, QUARANTINED -> openRanges(after);
            case UNACKNOWLEDGED, AVAILABLE -> {
                List<Range> open = openRanges(after);
                if (open.size() < request.limit()) {
                    open.addAll(rangeOrNone(Math.max(after, frontier) + 1, head));
                }
                yield open;
            }
        };
    }

    private List<Range> openRanges(long after) throws SQLException {
        List<Range> first = firstRanges;
        if (first != null) {
            firstRanges = null;
            return first;
        }
        List<Range> ranges = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(OPEN_RANGES)) {
            select.setObject(1, inbox.value());
            select.setLong(2, after);
            select.setInt(3, request.limit());
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    ranges.add(new Range(Math.max(rows.getLong(1), after + 1), rows.getLong(2)));
                }
            }
        }
        return ranges;
    }

    private static List<Range> rangeOrNone(long first, long last) {
        return last < first ? List.of() : List.of(new Range(first, last));
    }

    /** The first so many sequences of these ranges: no more than can be on the page, unless a filter refuses some. */
    private List<Range> clip(List<Range> ranges) {
        boolean filtered = request.type().isPresent()
                || (request.filter() != Filter.ALL && request.filter() != Filter.UNACKNOWLEDGED);
        long left = filtered ? FILTERED_SPAN : request.limit() - events.size() + 1L;
        List<Range> clipped = new ArrayList<>();
        for (Range range : ranges) {
            if (left <= 0) {
                break;
            }
            clipped.add(new Range(range.first(), Math.min(range.last(), range.first() + left - 1)));
            left -= range.size();
        }
        return clipped;
    }

    /** Adds events until the page is full. True when it is, and there is at least one more. */
    private boolean readEvents(List<Range> ranges) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(EVENTS)) {
            select.setFetchSize(FETCH_ROWS);
            select.setLong(1, frontier);
            select.setArray(2, bigints(ranges.stream().map(Range::first).toArray()));
            select.setArray(3, bigints(ranges.stream().map(Range::last).toArray()));
            select.setObject(4, org.value());
            select.setObject(5, inbox.value());
            String type = request.type().map(EventType::value).orElse(null);
            select.setString(6, type);
            select.setString(7, type);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    InboxEvent event = event(row, 1);
                    if (!wanted(event)) {
                        continue;
                    }
                    if (isFull(event)) {
                        return true;
                    }
                    events.add(event);
                    bytes += event.data().size();
                }
            }
        }
        return false;
    }

    private boolean wanted(InboxEvent event) {
        return switch (request.filter()) {
            case ALL, UNACKNOWLEDGED -> true;
            case AVAILABLE -> event.status() == Message.Status.AVAILABLE;
            case LEASED -> event.status() == Message.Status.LEASED;
            case QUARANTINED -> event.status() == Message.Status.QUARANTINED;
            case ACKED -> event.status() == Message.Status.ACKED;
        };
    }

    private boolean isFull(InboxEvent next) {
        return events.size() == request.limit()
                || (!events.isEmpty() && bytes + next.data().size() > MOST_BYTES);
    }

    private Array bigints(Object[] values) throws SQLException {
        return connection.createArrayOf("bigint", values);
    }

    /** @param first the column of its id; type, source, subject, two times, data, lease count and status follow */
    static InboxEvent event(ResultSet row, int first) throws SQLException {
        return new InboxEvent(
                new EventId(row.getObject(first, UUID.class)),
                row.getLong(first + 1),
                new EventType(row.getString(first + 2)),
                row.getString(first + 3),
                Optional.ofNullable(row.getString(first + 4)),
                instant(row, first + 5),
                instant(row, first + 6),
                Payload.of(row.getBytes(first + 7)),
                Message.Status.valueOf(row.getString(first + 9)),
                row.getInt(first + 8));
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }
}
