package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Payload;
import dev.triggers.inbox.Inboxes.MessagePage;
import dev.triggers.inbox.Message;
import dev.triggers.inbox.MessageId;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * What an inbox holds that is not acknowledged, in order of sequences, without payloads: the open ranges, then what lies
 * ahead of the frontier. Events are looked at in steps, a bounded number of them: where a filter refuses most, a page may
 * end early, and its cursor goes on from there.
 */
final class MessageList {

    private static final int MOST_STEPS = 10;
    private static final int FETCH_ROWS = 128;

    private static final String STATE =
            "select " + InboxState.COLUMNS + " from inbox.inbox where id = ? and org = ? and status <> 'deleting'";
    /** So many ranges hold at least so many sequences: what lies behind them is not reached. */
    private static final String OPEN_RANGES = """
            select range_agg(r)::text
            from (select r from inbox.delivery d cross join lateral unnest(d.open) as r
                  where d.inbox = ? and upper(r) - 1 > ?
                  order by lower(r) limit ?) as lowest""";

    private static final String MESSAGES = """
            select e.sequence, e.event_id, e.type, e.source, e.accepted_at,
                   case when d.quarantined then 'QUARANTINED'
                        when d.leased_until > clock_timestamp() or d.available_at > clock_timestamp() then 'LEASED'
                        else 'AVAILABLE' end,
                   coalesce(d.lease_count, 0),
                   case when ? then e.data end
            from %s
            left join inbox.delivery d on d.inbox = ? and d.open @> e.sequence
            where e.type = coalesce(?::text, e.type) and starts_with(e.type, ?)
              and e.source = coalesce(?::text, e.source)
            order by e.sequence""".formatted(MessageRows.WITHIN);

    private final Connection connection;
    private final OrgId org;
    private final InboxId inbox;
    private final MessageId.Names names;
    private final int limit;
    private final List<Message> messages = new ArrayList<>();

    MessageList(Connection connection, OrgId org, InboxId inbox, int limit) {
        this.connection = connection;
        this.org = org;
        this.inbox = inbox;
        this.names = MessageId.in(inbox);
        this.limit = limit;
    }

    MessagePage run(long after) throws SQLException {
        InboxState state = state();
        long head = InboxState.head(connection, org);
        int step = state.filter().isAll() ? limit : state.filter().step();
        long looked = after;
        for (int i = 0; i < MOST_STEPS; i++) {
            Sequences next =
                    open(looked, step).plus(state.ahead(head)).above(looked).lowest(step);
            if (next.isEmpty()) {
                return new MessagePage(messages, OptionalLong.empty());
            }
            looked = next.last();
            if (!read(next, state)) {
                return new MessagePage(
                        messages, OptionalLong.of(messages.getLast().sequence()));
            }
        }
        return new MessagePage(messages, OptionalLong.of(looked));
    }

    private InboxState state() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(STATE)) {
            select.setObject(1, inbox.value());
            select.setObject(2, org.value());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? InboxState.read(row, 1) : InboxState.untouched(org, inbox);
            }
        }
    }

    /** Open sequences behind one, the lowest of them, so many at least where there are. */
    private Sequences open(long after, int least) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(OPEN_RANGES)) {
            select.setObject(1, inbox.value());
            select.setLong(2, after);
            select.setInt(3, least);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                String ranges = row.getString(1);
                return ranges == null ? Sequences.NONE : Sequences.parse(ranges).above(after);
            }
        }
    }

    /** Adds messages until the page is full. False when it is, and there may be more. */
    private boolean read(Sequences sequences, InboxState state) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(MESSAGES)) {
            select.setFetchSize(FETCH_ROWS);
            select.setBoolean(1, state.filter().readsData());
            select.setArray(
                    2,
                    bigints(sequences.ranges().stream()
                            .map(Sequences.Range::first)
                            .toArray()));
            select.setArray(
                    3,
                    bigints(sequences.ranges().stream()
                            .map(Sequences.Range::last)
                            .toArray()));
            select.setObject(4, org.value());
            select.setObject(5, inbox.value());
            MessageRows.set(select, 6, state.filter());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    if (state.filter().readsData() && !state.filter().takesData(Payload.of(row.getBytes(8)))) {
                        continue;
                    }
                    messages.add(message(row));
                    if (messages.size() == limit) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private Array bigints(Object[] values) throws SQLException {
        return connection.createArrayOf("bigint", values);
    }

    private Message message(ResultSet row) throws SQLException {
        long sequence = row.getLong(1);
        return new Message(
                names.of(sequence),
                new EventId(row.getObject(2, UUID.class)),
                sequence,
                new EventType(row.getString(3)),
                row.getString(4),
                row.getObject(5, OffsetDateTime.class).toInstant(),
                Message.Status.valueOf(row.getString(6)),
                row.getInt(7),
                Optional.empty());
    }
}
