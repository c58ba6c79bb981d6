package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.Disposition.Ordered;
import dev.triggers.common.disposition.Disposition.Purged;
import dev.triggers.common.disposition.Disposition.Redriven;
import dev.triggers.common.disposition.Disposition.Replayed;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.inbox.Operations.Kind;
import dev.triggers.inbox.Operations.Operation;
import dev.triggers.inbox.Operations.Place;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Operations on inboxes, decided and applied. Used under the inbox row's lock.
 *
 * <p>Between its decision and its application a replay remembers what is acknowledged: that stands behind it in the log,
 * so it would be closed again in any case, but must not be shown in between.
 */
final class OperationRows {

    private static final String DECIDE = """
            insert into inbox.operation (id, org, inbox, kind, key_id, asked, decided_at, sequences)
            values (?, ?, ?, ?, ?, ?, ?, ?::int8multirange)""";
    private static final String APPLY = """
            insert into inbox.operation as o (id, org, inbox, kind, key_id, asked, decided_at, sequences, applied_at)
            values (?, ?, ?, ?, ?, ?, ?, ?::int8multirange, clock_timestamp())
            on conflict (id) do update
            set key_id = excluded.key_id, decided_at = excluded.decided_at, sequences = excluded.sequences,
                applied_at = excluded.applied_at
            where o.applied_at is null
            returning settled::text""";
    /** Sequences, and the inbox. */
    static final String SETTLED = """
            update inbox.operation set settled = settled + ?::int8multirange
            where inbox = ? and applied_at is null and kind = 'replayed'""";

    private static final String COLUMNS = "id, kind, key_id, asked, decided_at, sequences::text, applied_at";
    private static final String FIND = "select " + COLUMNS + " from inbox.operation where inbox = ? and id = ?";
    private static final String LIST = "select " + COLUMNS + """
             from inbox.operation where inbox = ? and (decided_at, id) > (?, ?)
            order by decided_at, id limit ?""";

    private OperationRows() {}

    /** Keeps what was decided and is not applied yet. */
    static void decided(Connection connection, Ordered operation) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(DECIDE)) {
            set(insert, operation);
            insert.executeUpdate();
        }
    }

    /**
     * Notes that it is applied, as it stands in the log for the first time: one whose answer was lost may stand there again.
     * What was settled since it was decided; empty: it had been applied.
     */
    static Optional<Sequences> applied(Connection connection, Ordered operation) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement(APPLY)) {
            set(upsert, operation);
            try (ResultSet row = upsert.executeQuery()) {
                return row.next() ? Optional.of(Sequences.parse(row.getString(1))) : Optional.empty();
            }
        }
    }

    /** These were acknowledged in a request's own transaction. */
    static void settled(Connection connection, InboxId inbox, Sequences sequences) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(SETTLED)) {
            update.setString(1, sequences.toString());
            update.setObject(2, inbox.value());
            update.executeUpdate();
        }
    }

    private static void set(PreparedStatement insert, Ordered operation) throws SQLException {
        insert.setObject(1, operation.order().id());
        insert.setObject(2, operation.org().value());
        insert.setObject(3, operation.inbox().value());
        insert.setString(4, kind(operation).toString());
        insert.setString(5, operation.order().keyId());
        insert.setString(6, operation.order().asked());
        insert.setObject(7, operation.at().atOffset(ZoneOffset.UTC));
        insert.setString(8, operation.sequences().toString());
    }

    private static Kind kind(Ordered operation) {
        return switch (operation) {
            case Redriven _ -> Kind.REDRIVEN;
            case Replayed _ -> Kind.REPLAYED;
            case Purged _ -> Kind.PURGED;
        };
    }

    static Optional<Operation> find(Connection connection, InboxId inbox, UUID id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(FIND)) {
            select.setObject(1, inbox.value());
            select.setObject(2, id);
            return read(select).stream().findFirst();
        }
    }

    static List<Operation> list(Connection connection, InboxId inbox, Optional<Place> after, int limit)
            throws SQLException {
        Place from = after.orElse(new Place(Instant.EPOCH, new UUID(0, 0)));
        try (PreparedStatement select = connection.prepareStatement(LIST)) {
            select.setObject(1, inbox.value());
            select.setObject(2, from.at().atOffset(ZoneOffset.UTC));
            select.setObject(3, from.id());
            select.setInt(4, limit);
            return read(select);
        }
    }

    private static List<Operation> read(PreparedStatement select) throws SQLException {
        List<Operation> operations = new ArrayList<>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                @Nullable OffsetDateTime appliedAt = row.getObject(7, OffsetDateTime.class);
                operations.add(new Operation(
                        row.getObject(1, UUID.class),
                        Kind.valueOf(row.getString(2).toUpperCase(Locale.ROOT)),
                        row.getString(3),
                        row.getString(4),
                        row.getObject(5, OffsetDateTime.class).toInstant(),
                        Sequences.parse(row.getString(6)),
                        Optional.ofNullable(appliedAt).map(OffsetDateTime::toInstant)));
            }
        }
        return operations;
    }
}
