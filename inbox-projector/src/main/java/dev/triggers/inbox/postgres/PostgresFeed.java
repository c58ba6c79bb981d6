package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.Sequences.Range;
import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.Feed;
import dev.triggers.inbox.History.PastEvent;
import dev.triggers.inbox.TypePattern;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * The feed over the tables, as the reading role. Sequences have no gaps, so whatever is missing before the first event
 * found was dropped with its day. A stretch ends at {@value #MOST_BYTES} bytes of data too, but holds at least one event.
 */
public final class PostgresFeed implements Feed {

    static final int MOST_EVENTS = 200;
    static final int MOST_BYTES = 64 << 10;
    /** Sequences looked at when types refuse most of them. */
    static final int FILTERED_SPAN = 10_000;

    private static final int FETCH_ROWS = 32;

    private static final String BOUNDS = """
            select coalesce((select sequence from inbox.head where org = ?), 0),
                   (select sequence from inbox.event where org = ? and sequence > ? order by sequence limit 1)""";
    private static final String EVENTS = "select " + HistoryQuery.COLUMNS + """
             from inbox.event
            where org = ? and sequence between ? and ?
              and (? or type = any (?) or exists (select from unnest(?) as prefix where starts_with(type, prefix)))
            order by sequence limit ?""";

    private final OrgTransactions transactions;

    public PostgresFeed(DataSource reader) {
        this.transactions = new OrgTransactions(reader);
    }

    @Override
    public long head(OrgId org) {
        return transactions.read(
                org, connection -> bounds(connection, org, Long.MAX_VALUE).head());
    }

    @Override
    public Stretch after(OrgId org, long sequence, List<TypePattern> types) {
        return transactions.read(org, connection -> {
            Bounds bounds = bounds(connection, org, sequence);
            if (bounds.head() <= sequence) {
                return new Stretch(Optional.empty(), List.of(), sequence, false);
            }
            Optional<Range> gone = bounds.first() > sequence + 1
                    ? Optional.of(new Range(sequence + 1, bounds.first() - 1))
                    : Optional.empty();
            return new Stretching(connection, org, types).run(gone, bounds);
        });
    }

    /** @param first the first sequence that is kept behind the one asked for; one past the head if none is */
    private record Bounds(long head, long first) {}

    private static Bounds bounds(Connection connection, OrgId org, long after) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(BOUNDS)) {
            select.setObject(1, org.value());
            select.setObject(2, org.value());
            select.setLong(3, after);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                long head = row.getLong(1);
                long first = row.getLong(2);
                return new Bounds(head, row.wasNull() ? head + 1 : first);
            }
        }
    }

    private record Stretching(Connection connection, OrgId org, List<TypePattern> types) {

        Stretch run(Optional<Range> gone, Bounds bounds) throws SQLException {
            boolean all = types.isEmpty() || types.stream().anyMatch(TypePattern::isAny);
            long last = Math.min(bounds.head(), bounds.first() + (all ? MOST_EVENTS : FILTERED_SPAN) - 1);
            List<PastEvent> events = new ArrayList<>();
            long bytes = 0;
            try (PreparedStatement select = connection.prepareStatement(EVENTS)) {
                select.setFetchSize(FETCH_ROWS);
                select.setObject(1, org.value());
                select.setLong(2, bounds.first());
                select.setLong(3, last);
                select.setBoolean(4, all);
                select.setArray(5, texts(types.stream().filter(type -> !type.prefix())));
                select.setArray(6, texts(types.stream().filter(TypePattern::prefix)));
                select.setInt(7, MOST_EVENTS + 1);
                try (ResultSet row = select.executeQuery()) {
                    while (row.next()) {
                        PastEvent event = HistoryQuery.event(row);
                        bytes += event.data().size();
                        if (events.size() == MOST_EVENTS || (!events.isEmpty() && bytes > MOST_BYTES)) {
                            return new Stretch(gone, events, events.getLast().sequence(), true);
                        }
                        events.add(event);
                    }
                }
            }
            return new Stretch(gone, events, last, last < bounds.head());
        }

        private Array texts(Stream<TypePattern> some) throws SQLException {
            return connection.createArrayOf("text", some.map(TypePattern::text).toArray());
        }
    }
}
