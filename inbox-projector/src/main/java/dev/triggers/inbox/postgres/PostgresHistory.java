package dev.triggers.inbox.postgres;

import dev.triggers.common.event.EventId;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Outcome;
import dev.triggers.inbox.History;
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
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The history over the tables, as the reading role. */
public final class PostgresHistory implements History {

    private static final int MOST_ATTEMPTS = 100;

    private static final String LATEST = "select " + HistoryQuery.COLUMNS
            + " from inbox.event where org = ? and event_id = ? order by sequence desc limit 1";
    private static final String ATTEMPTS = """
            select * from (
              select receipt_partition, receipt_offset, 'accepted' as outcome, event_id, type, received_at,
                     accepted_at as decided_at, sequence, null::bigint as original_offset, null as reason
              from inbox.event where org = ? and event_id = ?
              union all
              select receipt_partition, receipt_offset, outcome, event_id, type, received_at,
                     decided_at, null, original_offset, reason
              from inbox.rejection where org = ? and event_id = ?
              order by receipt_offset desc limit ?) as attempt
            order by receipt_offset""";
    private static final String REJECTIONS = """
            select receipt_partition, receipt_offset, outcome, event_id, type, received_at,
                   decided_at, null::bigint, original_offset, reason
            from inbox.rejection
            where org = ? and decided_at >= ? and (decided_at, receipt_partition, receipt_offset) > (?, ?, ?)
              and (?::text is null or outcome = ?)
            order by decided_at, receipt_partition, receipt_offset limit ?""";
    private final OrgTransactions transactions;

    public PostgresHistory(DataSource reader) {
        this.transactions = new OrgTransactions(reader);
    }

    @Override
    public Events page(OrgId org, EventsRequest request) {
        return transactions.read(org, connection -> new HistoryQuery(connection, org, request).run());
    }

    @Override
    public Optional<Story> find(OrgId org, EventId id) {
        return transactions.read(org, connection -> {
            List<Attempt> attempts = attempts(connection, org, id);
            if (attempts.isEmpty()) {
                return Optional.empty();
            }
            Optional<PastEvent> event = latest(connection, org, id);
            List<Standing> inboxes = event.isEmpty() ? List.of() : standings(connection, org, event.get());
            return Optional.of(new Story(event, attempts, inboxes));
        });
    }

    @Override
    public Rejections rejections(OrgId org, RejectionsRequest request) {
        return transactions.read(org, connection -> {
            Place from = request.cursor().orElse(new Place(Instant.EPOCH, new Receipt(0, 0)));
            OffsetDateTime decidedAt = from.decidedAt().atOffset(ZoneOffset.UTC);
            @Nullable String outcome = request.outcome().map(Outcome::toString).orElse(null);
            try (PreparedStatement select = connection.prepareStatement(REJECTIONS)) {
                select.setObject(1, org.value());
                select.setObject(2, decidedAt);
                select.setObject(3, decidedAt);
                select.setInt(4, from.receipt().partition());
                select.setLong(5, from.receipt().offset());
                select.setString(6, outcome);
                select.setString(7, outcome);
                select.setInt(8, request.limit() + 1);
                List<Attempt> found = attempts(select);
                if (found.size() <= request.limit()) {
                    return new Rejections(found, Optional.empty());
                }
                List<Attempt> page = found.subList(0, request.limit());
                return new Rejections(
                        page,
                        Optional.of(new Place(
                                page.getLast().decidedAt(), page.getLast().receipt())));
            }
        });
    }

    private static Optional<PastEvent> latest(Connection connection, OrgId org, EventId id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(LATEST)) {
            select.setObject(1, org.value());
            select.setObject(2, id.value());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(HistoryQuery.event(row)) : Optional.empty();
            }
        }
    }

    private static List<Attempt> attempts(Connection connection, OrgId org, EventId id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(ATTEMPTS)) {
            select.setObject(1, org.value());
            select.setObject(2, id.value());
            select.setObject(3, org.value());
            select.setObject(4, id.value());
            select.setInt(5, MOST_ATTEMPTS);
            return attempts(select);
        }
    }

    private static List<Attempt> attempts(PreparedStatement select) throws SQLException {
        List<Attempt> attempts = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                attempts.add(attempt(row));
            }
        }
        return attempts;
    }

    private static Attempt attempt(ResultSet row) throws SQLException {
        int partition = row.getInt(1);
        @Nullable Long sequence = row.getObject(8, Long.class);
        return new Attempt(
                new Receipt(partition, row.getLong(2)),
                Outcome.parse(row.getString(3)),
                Optional.ofNullable(row.getObject(4, UUID.class)).map(EventId::new),
                Optional.ofNullable(row.getString(5)),
                row.getObject(6, OffsetDateTime.class).toInstant(),
                row.getObject(7, OffsetDateTime.class).toInstant(),
                sequence == null ? OptionalLong.empty() : OptionalLong.of(sequence),
                Optional.ofNullable(row.getObject(9, Long.class)).map(offset -> new Receipt(partition, offset)),
                Optional.ofNullable(row.getString(10)));
    }

    private static List<Standing> standings(Connection connection, OrgId org, PastEvent event) throws SQLException {
        return Standings.of(connection, org, event.sequence(), event.type(), event.source(), event.data());
    }
}
