package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.Leases.Stats;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An inbox's numbers, from its delivery rows, its frontier and the org's head: no event is counted one by one, but for
 * those next to the frontier of an inbox with a filter, up to the filter's step.
 */
final class StatsQuery {

    private static final String NOW = "select clock_timestamp()";
    private static final String STATE =
            "select " + InboxState.COLUMNS + " from inbox.inbox where id = ? and org = ? and status <> 'deleting'";
    private static final String NUMBERS = """
            with rows as (
              select d.quarantined,
                     d.leased_until > ? or d.available_at > ? as away,
                     (select sum(upper(r) - lower(r)) from unnest(d.open) as r) as messages,
                     lower(d.open) as first
              from inbox.delivery d where d.inbox = ?)
            select coalesce(sum(messages) filter (where not quarantined and away is not true), 0),
                   coalesce(sum(messages) filter (where not quarantined and away), 0),
                   coalesce(sum(messages) filter (where quarantined), 0),
                   min(first)
            from rows""";
    private static final String NEXT_RETURN = """
            select min(greatest(leased_until, available_at)) from inbox.delivery
            where inbox = ? and not quarantined and (leased_until > ? or available_at > ?)""";
    private static final String OLDEST = """
            select accepted_at from inbox.event where org = ? and sequence >= ? order by sequence limit 1""";

    private final Connection connection;
    private final OrgId org;
    private final InboxId inbox;

    StatsQuery(Connection connection, OrgId org, InboxId inbox) {
        this.connection = connection;
        this.org = org;
        this.inbox = inbox;
    }

    /** Throws {@link dev.triggers.common.problem.ProblemException} with {@code not_found}. */
    Stats run(UnaryOperator<Instant> clock) throws SQLException {
        InboxRow.require(connection, org, inbox);
        OffsetDateTime now = clock.apply(now()).atOffset(ZoneOffset.UTC);
        InboxState state = state();
        long head = InboxState.head(connection, org);
        Ahead ahead = ahead(state, head);
        try (PreparedStatement select = connection.prepareStatement(NUMBERS)) {
            select.setObject(1, now);
            select.setObject(2, now);
            select.setObject(3, inbox.value());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                long open = row.getLong(4);
                long oldest = row.wasNull() ? ahead.first() : Math.min(open, ahead.first());
                return new Stats(
                        row.getLong(1) + ahead.messages(),
                        row.getLong(2),
                        row.getLong(3),
                        acceptedAt(oldest),
                        state.frontier(),
                        head);
            }
        }
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

    /** What the frontier has before it. {@code first}: the largest number where there is nothing. */
    private record Ahead(long messages, long first) {}

    private Ahead ahead(InboxState state, long head) throws SQLException {
        Sequences ahead = state.ahead(head);
        if (!state.filter().isAll() && !ahead.isEmpty()) {
            ahead = Sequences.of(new MessageRows(connection, org, inbox)
                    .matching(ahead.lowest(state.filter().step()), state.filter()).stream()
                            .mapToLong(Long::longValue));
        }
        return ahead.isEmpty()
                ? new Ahead(0, Long.MAX_VALUE)
                : new Ahead(ahead.size(), ahead.ranges().getFirst().first());
    }

    Optional<Duration> untilReturn(UnaryOperator<Instant> clock) throws SQLException {
        InboxState state = state();
        if (!state.filter().isAll()
                && !state.ahead(InboxState.head(connection, org)).isEmpty()) {
            return Optional.of(Duration.ZERO);
        }
        Instant now = clock.apply(now());
        OffsetDateTime time = now.atOffset(ZoneOffset.UTC);
        try (PreparedStatement select = connection.prepareStatement(NEXT_RETURN)) {
            select.setObject(1, inbox.value());
            select.setObject(2, time);
            select.setObject(3, time);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                @Nullable OffsetDateTime next = row.getObject(1, OffsetDateTime.class);
                return Optional.ofNullable(next).map(at -> Duration.between(now, at.toInstant()));
            }
        }
    }

    private Instant now() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(NOW);
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getObject(1, OffsetDateTime.class).toInstant();
        }
    }

    private Optional<Instant> acceptedAt(long sequence) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(OLDEST)) {
            select.setObject(1, org.value());
            select.setLong(2, sequence);
            try (ResultSet row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(row.getObject(1, OffsetDateTime.class).toInstant())
                        : Optional.empty();
            }
        }
    }
}
