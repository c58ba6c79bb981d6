package dev.triggers.inbox.postgres;

import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Payload;
import dev.triggers.common.event.Receipt;
import dev.triggers.inbox.History.Events;
import dev.triggers.inbox.History.EventsRequest;
import dev.triggers.inbox.History.PastEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * One page of an org's history. A type filter looks at a bounded number of sequences; where they run out the page ends
 * early, with a cursor.
 */
final class HistoryQuery {

    static final String COLUMNS = """
            event_id, sequence, receipt_partition, receipt_offset, type, source, subject, time, accepted_at, data""";

    private static final long FILTERED_SPAN = 100_000;
    private static final int FETCH_ROWS = 64;

    /** The instant an org's sequence passed: decision time never goes backwards within an org. */
    private static final String FIRST_AFTER = """
            select sequence from inbox.event where org = ? and accepted_at > ? order by sequence limit 1""";

    private static final String LAST_BEFORE = """
            select sequence from inbox.event where org = ? and accepted_at < ? order by sequence desc limit 1""";
    private static final String HEAD = "select sequence from inbox.head where org = ?";
    private static final String FORWARD = "select " + COLUMNS + """
             from inbox.event
            where org = ? and sequence between ? and ?
              and (?::text is null or type = ?) and (?::text is null or starts_with(type, ?))
            order by sequence limit ?""";
    private static final String BACKWARD = "select " + COLUMNS + """
             from inbox.event
            where org = ? and sequence between ? and ?
              and (?::text is null or type = ?) and (?::text is null or starts_with(type, ?))
            order by sequence desc limit ?""";

    private final Connection connection;
    private final OrgId org;
    private final EventsRequest request;
    private final List<PastEvent> events = new ArrayList<>();
    private long bytes;

    HistoryQuery(Connection connection, OrgId org, EventsRequest request) {
        this.connection = connection;
        this.org = org;
        this.request = request;
    }

    Events run() throws SQLException {
        long first = lowest();
        long last = highest();
        if (first > last) {
            return new Events(List.of(), OptionalLong.empty());
        }
        boolean filtered = !request.type().isAny();
        if (request.newestFirst()) {
            long from = filtered ? Math.max(first, last - FILTERED_SPAN + 1) : first;
            boolean full = read(BACKWARD, from, last);
            return new Events(events, full ? lastOf() : from > first ? OptionalLong.of(from) : OptionalLong.empty());
        }
        long to = filtered ? Math.min(last, first + FILTERED_SPAN - 1) : last;
        boolean full = read(FORWARD, first, to);
        return new Events(events, full ? lastOf() : to < last ? OptionalLong.of(to) : OptionalLong.empty());
    }

    private OptionalLong lastOf() {
        return OptionalLong.of(events.getLast().sequence());
    }

    private long lowest() throws SQLException {
        long first = 1;
        if (request.after().isPresent()) {
            first = at(FIRST_AFTER, request.after().get()).orElse(Long.MAX_VALUE);
        }
        return !request.newestFirst() && request.cursor().isPresent()
                ? Math.max(first, request.cursor().getAsLong() + 1)
                : first;
    }

    private long highest() throws SQLException {
        long last = request.before().isPresent()
                ? at(LAST_BEFORE, request.before().get()).orElse(0)
                : head();
        return request.newestFirst() && request.cursor().isPresent()
                ? Math.min(last, request.cursor().getAsLong() - 1)
                : last;
    }

    private long head() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(HEAD)) {
            select.setObject(1, org.value());
            return number(select).orElse(0);
        }
    }

    private OptionalLong at(String sql, Instant instant) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setObject(1, org.value());
            select.setObject(2, instant.atOffset(ZoneOffset.UTC));
            return number(select);
        }
    }

    private static OptionalLong number(PreparedStatement select) throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
        }
    }

    /** True when the page is full and there is at least one more. */
    private boolean read(String sql, long first, long last) throws SQLException {
        String exact = request.type().exact().orElse(null);
        String prefix = request.type().prefix() && !request.type().isAny()
                ? request.type().text()
                : null;
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setFetchSize(FETCH_ROWS);
            select.setObject(1, org.value());
            select.setLong(2, first);
            select.setLong(3, last);
            select.setString(4, exact);
            select.setString(5, exact);
            select.setString(6, prefix);
            select.setString(7, prefix);
            select.setInt(8, request.limit() + 1);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    PastEvent event = event(row);
                    bytes += event.data().size();
                    if (events.size() == request.limit() || (!events.isEmpty() && bytes > PageQuery.MOST_BYTES)) {
                        return true;
                    }
                    events.add(event);
                }
            }
        }
        return false;
    }

    static PastEvent event(ResultSet row) throws SQLException {
        return new PastEvent(
                new EventId(row.getObject(1, UUID.class)),
                row.getLong(2),
                new Receipt(row.getInt(3), row.getLong(4)),
                new EventType(row.getString(5)),
                row.getString(6),
                Optional.ofNullable(row.getString(7)),
                row.getObject(8, OffsetDateTime.class).toInstant(),
                row.getObject(9, OffsetDateTime.class).toInstant(),
                Payload.of(row.getBytes(10)));
    }
}
