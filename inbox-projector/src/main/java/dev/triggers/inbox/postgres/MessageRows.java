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

    private static final int FETCH_ROWS = 32;
    private static final String WITH_DATA = """
            select e.sequence, e.event_id, e.type, e.source, e.accepted_at, e.data
            from unnest(?, ?) as r (first, last)
            join inbox.event e on e.org = ? and e.sequence between r.first and r.last
            where e.type = coalesce(?::text, e.type) and starts_with(e.type, ?)
              and e.source = coalesce(?::text, e.source)
            order by e.sequence""";
    private static final String MATCHING = """
            select e.sequence
            from unnest(?, ?) as r (first, last)
            join inbox.event e on e.org = ? and e.sequence between r.first and r.last
            where e.type = coalesce(?::text, e.type) and starts_with(e.type, ?)
              and e.source = coalesce(?::text, e.source)
            order by e.sequence""";
    private static final String WITHOUT_DATA = """
            select e.sequence, e.event_id, e.type, e.source, e.accepted_at
            from unnest(?, ?) as r (first, last)
            join inbox.event e on e.org = ? and e.sequence between r.first and r.last
            order by e.sequence""";

    private final Connection connection;
    private final OrgId org;
    private final InboxId inbox;

    MessageRows(Connection connection, OrgId org, InboxId inbox) {
        this.connection = connection;
        this.org = org;
        this.inbox = inbox;
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

    /**
     * The first of them that the filter takes, with their payloads: up to so many, up to so many bytes and at least one.
     * Those no longer kept are left out, and so are placeholders.
     */
    Found withPayloads(
            Sequences sequences, EventFilter filter, int most, long mostBytes, LongFunction<Standing> standing)
            throws SQLException {
        List<Message> messages = new ArrayList<>();
        List<Long> placeholders = new ArrayList<>();
        long bytes = 0;
        try (PreparedStatement select = prepare(WITH_DATA, sequences)) {
            set(select, 4, filter);
            try (ResultSet row = select.executeQuery()) {
                while (messages.size() < most && row.next()) {
                    Payload payload = Payload.of(row.getBytes(6));
                    if (!filter.takesData(payload)) {
                        continue;
                    }
                    if (Placeholder.is(row.getString(3), payload)) {
                        placeholders.add(row.getLong(1));
                        continue;
                    }
                    bytes += payload.size();
                    if (!messages.isEmpty() && bytes > mostBytes) {
                        return new Found(messages, false, sequences(placeholders));
                    }
                    messages.add(message(row, Optional.of(payload), standing));
                }
            }
        }
        return new Found(messages, messages.size() < most, sequences(placeholders));
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
        try (PreparedStatement select = prepare(WITHOUT_DATA, sequences);
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                messages.add(message(row, Optional.empty(), standing));
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
                MessageId.of(inbox, sequence),
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
