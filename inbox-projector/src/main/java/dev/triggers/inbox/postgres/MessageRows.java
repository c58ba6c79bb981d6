package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.disposition.Sequences.Range;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Payload;
import dev.triggers.inbox.EventFilter;
import dev.triggers.inbox.Message;
import dev.triggers.inbox.MessageId;
import dev.triggers.inbox.projection.Placeholder;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongFunction;

/** Reads the events of sequences as messages of an inbox. */
final class MessageRows {

    /** Rows with payloads fetched at first; the next so many that, by what they were, they are {@value #FETCH_BYTES} bytes. */
    private static final int FETCH_ROWS = 32;

    private static final int FETCH_BYTES = 1 << 20;
    private static final int MOST_FETCH_ROWS = 256;

    /**
     * Events of an org within ranges of sequences: two arrays and the org. Without the {@code offset} PostgreSQL may make a
     * join of it, and then reads all of the org's events for a generic plan: their sequences are compared when they are read.
     */
    static final String WITHIN = """
            unnest(?, ?) as r (first, last)
            cross join lateral (
              select * from inbox.event one
              where one.org = ? and one.sequence >= r.first and one.sequence <= r.last offset 0) as e""";

    static final String WITH_DATA = """
            select e.sequence, e.event_id, e.type, e.source, e.accepted_at, e.data
            from %s
            where e.type = coalesce(?::text, e.type) and starts_with(e.type, ?)
              and e.source = coalesce(?::text, e.source)
            order by e.sequence""".formatted(WITHIN);
    static final String MATCHING = """
            select e.sequence
            from %s
            where e.type = coalesce(?::text, e.type) and starts_with(e.type, ?)
              and e.source = coalesce(?::text, e.source)
            order by e.sequence""".formatted(WITHIN);
    private static final String WITHOUT_DATA = """
            select e.sequence, e.event_id, e.type, e.source, e.accepted_at
            from %s
            order by e.sequence""".formatted(WITHIN);

    private final Connection connection;
    private final OrgId org;
    private final MessageId.Names names;

    MessageRows(Connection connection, OrgId org, InboxId inbox) {
        this.connection = connection;
        this.org = org;
        this.names = MessageId.in(inbox);
    }

    /** How a message stands. */
    record Standing(Message.Status status, int leaseCount) {}

    /**
     * What a lease finds.
     *
     * @param all whether every sequence was looked at; else none behind the last message was
     * @param placeholders those of them that the filter takes, but hold the place of what nobody could keep
     */
    record Found(List<Message> messages, boolean all, Sequences placeholders) {}

    /** Up to so many messages, and so many bytes but at least one message. */
    record Most(int messages, long bytes) {}

    /**
     * The first of them that the filter takes, with their payloads. Those no longer kept are left out, and so are
     * placeholders.
     */
    Found withPayloads(Sequences sequences, EventFilter filter, Most most, LongFunction<Standing> standing)
            throws SQLException {
        try (EventReader reader = reader(sequences, filter)) {
            return withPayloads(reader, sequences, filter, most, standing);
        }
    }

    /** The same, from a reader that goes over them and maybe more; it then stands behind the last that was looked at. */
    Found withPayloads(
            EventReader reader, Sequences sequences, EventFilter filter, Most most, LongFunction<Standing> standing)
            throws SQLException {
        long first = sequences.ranges().getFirst().first();
        List<Message> messages = new ArrayList<>();
        List<Long> placeholders = new ArrayList<>();
        long bytes = 0;
        while (messages.size() < most.messages() && reader.next(first, sequences.last())) {
            Payload payload = reader.payload();
            if (!filter.takesData(payload)) {
                continue;
            }
            if (Placeholder.is(reader.row.getString(3), payload)) {
                placeholders.add(reader.row.getLong(1));
                continue;
            }
            bytes += payload.size();
            if (!messages.isEmpty() && bytes > most.bytes()) {
                reader.back();
                return new Found(messages, false, sequences(placeholders));
            }
            messages.add(message(reader.row, Optional.of(payload), standing));
        }
        return new Found(messages, messages.size() < most.messages(), sequences(placeholders));
    }

    /** Events of these sequences with their data, in order, as far as the filter says anything but of their data. */
    EventReader reader(Sequences sequences, EventFilter filter) throws SQLException {
        PreparedStatement select = prepare(WITH_DATA, sequences);
        try {
            set(select, 4, filter);
            return new EventReader(select, select.executeQuery(), sequences.last());
        } catch (SQLException e) {
            select.close();
            throw e;
        }
    }

    /** Goes over events once, however many read from it one after another. Fetches by size: about 1 MiB after the first. */
    static final class EventReader implements AutoCloseable {

        private final PreparedStatement select;
        private final ResultSet row;
        private final long last;
        private boolean back;
        private int rows;
        private long bytes;

        private EventReader(PreparedStatement select, ResultSet row, long last) {
            this.select = select;
            this.row = row;
            this.last = last;
        }

        /** Sequences above this one are not among its events. */
        long last() {
            return last;
        }

        /** Goes to the next event from one sequence to another. False: there is none; what lies behind is left for later. */
        private boolean next(long first, long through) throws SQLException {
            while (back || row.next()) {
                back = false;
                if (row.getLong(1) > through) {
                    back = true;
                    return false;
                }
                if (row.getLong(1) >= first) {
                    return true;
                }
            }
            return false;
        }

        private void back() {
            back = true;
        }

        private Payload payload() throws SQLException {
            Payload payload = Payload.of(row.getBytes(6));
            bytes += payload.size();
            rows++;
            if (rows == FETCH_ROWS - 1) {
                row.setFetchSize(
                        Math.clamp(FETCH_BYTES * (long) rows / Math.max(1, bytes), FETCH_ROWS, MOST_FETCH_ROWS));
            }
            return payload;
        }

        @Override
        public void close() throws SQLException {
            try (select) {
                row.close();
            }
        }
    }

    private static Sequences sequences(List<Long> some) {
        return Sequences.of(some.stream().mapToLong(Long::longValue));
    }

    /** Sets what a filter says of an event besides its data: an exact type, what it begins with, a source. */
    static void set(PreparedStatement select, int from, EventFilter filter) throws SQLException {
        select.setString(from, filter.type().exact().orElse(null));
        select.setString(from + 1, filter.type().text());
        select.setString(from + 2, filter.source().orElse(null));
    }

    /** Those of the sequences whose events a filter takes, ascending. */
    List<Long> matching(Sequences sequences, EventFilter filter) throws SQLException {
        List<Long> matching = new ArrayList<>();
        try (PreparedStatement select = prepare(filter.readsData() ? WITH_DATA : MATCHING, sequences)) {
            set(select, 4, filter);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    if (!filter.readsData() || filter.takesData(Payload.of(row.getBytes(6)))) {
                        matching.add(row.getLong(1));
                    }
                }
            }
        }
        return matching;
    }

    /** All of them, without payloads. Those no longer kept are left out. */
    List<Message> withoutPayloads(Sequences sequences, LongFunction<Standing> standing) throws SQLException {
        List<Message> messages = new ArrayList<>();
        try (PreparedStatement select = prepare(WITHOUT_DATA, sequences)) {
            select.setFetchSize(MOST_FETCH_ROWS);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    messages.add(message(row, Optional.empty(), standing));
                }
            }
        }
        return messages;
    }

    private PreparedStatement prepare(String sql, Sequences sequences) throws SQLException {
        List<Range> ranges = sequences.ranges();
        PreparedStatement select = connection.prepareStatement(sql);
        select.setFetchSize(FETCH_ROWS);
        select.setArray(
                1,
                connection.createArrayOf(
                        "bigint", ranges.stream().map(Range::first).toArray()));
        select.setArray(
                2,
                connection.createArrayOf(
                        "bigint", ranges.stream().map(Range::last).toArray()));
        select.setObject(3, org.value());
        return select;
    }

    private Message message(ResultSet row, Optional<Payload> payload, LongFunction<Standing> standing)
            throws SQLException {
        long sequence = row.getLong(1);
        Standing stands = standing.apply(sequence);
        return new Message(
                names.of(sequence),
                new EventId(row.getObject(2, UUID.class)),
                sequence,
                new EventType(row.getString(3)),
                row.getString(4),
                row.getObject(5, OffsetDateTime.class).toInstant(),
                stands.status(),
                stands.leaseCount(),
                payload);
    }
}
