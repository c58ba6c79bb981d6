package dev.triggers.inbox.postgres;

import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.Event;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.Outcome;
import dev.triggers.common.wire.Rejected;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Writes outcomes as rows, with one binary COPY a table and batch. */
final class EventRows {

    private static final String COPY_EVENTS = """
            copy inbox.event (org, sequence, accepted_at, received_at, event_id, receipt_partition, receipt_offset,
                              ce_id, type, source, subject, time, dedup_id, extensions, data)
            from stdin (format binary)""";
    private static final int EVENT_FIELDS = 15;

    private static final String COPY_REJECTIONS = """
            copy inbox.rejection (receipt_partition, receipt_offset, decided_at, received_at, org, outcome, event_id,
                                  type, source, original_offset, reason, data,
                                  ce_id, subject, time, dedup_id, extensions)
            from stdin (format binary)""";
    private static final int REJECTION_FIELDS = 17;

    private EventRows() {}

    /** Writes a row. */
    @FunctionalInterface
    interface Row<T> {
        void write(BinaryCopy rows, T row) throws SQLException;
    }

    static void copyEvents(Connection connection, List<Accepted> events) throws SQLException {
        copy(connection, COPY_EVENTS, events, EventRows::write);
    }

    static void write(BinaryCopy rows, Accepted accepted) throws SQLException {
        Event event = accepted.event();
        rows.row(EVENT_FIELDS)
                .uuid(event.org().value())
                .bigint(accepted.sequence())
                .timestamptz(accepted.decidedAt())
                .timestamptz(accepted.receivedAt())
                .uuid(event.id().value())
                .integer(accepted.receipt().partition())
                .bigint(accepted.receipt().offset())
                .text(event.ceId())
                .text(event.type().value())
                .text(event.source())
                .text(event.subject().orElse(null))
                .timestamptz(event.time().toInstant())
                .text(event.dedupId().map(DedupId::value).orElse(null))
                .jsonb(Extensions.write(event.extensions()))
                .bytea(event.data().bytes());
    }

    static void copyRejections(Connection connection, List<Rejected> rejections) throws SQLException {
        copy(connection, COPY_REJECTIONS, rejections, EventRows::write);
    }

    private static void write(BinaryCopy rows, Rejected rejected) throws SQLException {
        rows.row(REJECTION_FIELDS)
                .integer(rejected.receipt().partition())
                .bigint(rejected.receipt().offset())
                .timestamptz(rejected.decidedAt())
                .timestamptz(rejected.receivedAt())
                .uuid(rejected.org().value())
                .text(rejected.outcome().toString())
                .uuid(rejected.event().map(Event::id).map(EventId::value).orElse(null))
                .text(rejected.event().map(e -> e.type().value()).orElse(null))
                .text(rejected.event().map(Event::source).orElse(null));
        rejected.original().map(Receipt::offset).ifPresentOrElse(rows::bigint, rows::none);
        rows.text(rejected.reason()).bytea(data(rejected));
        addForRedrive(rows, rejected);
    }

    /** What a redrive needs besides, of those that can be redriven. */
    private static void addForRedrive(BinaryCopy rows, Rejected rejected) {
        Optional<Event> throttled = rejected.event().filter(_ -> rejected.outcome() == Outcome.THROTTLED);
        rows.text(throttled.map(Event::ceId).orElse(null))
                .text(throttled.flatMap(Event::subject).orElse(null))
                .text(throttled.map(e -> e.time().toString()).orElse(null))
                .text(throttled.flatMap(Event::dedupId).map(DedupId::value).orElse(null))
                .jsonb(Extensions.write(throttled.map(Event::extensions).orElse(Map.of())));
    }

    private static byte @Nullable [] data(Rejected rejected) {
        return rejected.event()
                .map(e -> e.data().bytes())
                .filter(bytes -> bytes.length > 0)
                .orElse(null);
    }

    /** What Postgres is sent it works on while the rows after it are written. */
    private static <T> void copy(Connection connection, String sql, List<T> rows, Row<T> row) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(connection.nativeSQL(sql));
        try {
            BinaryCopy binary = new BinaryCopy((bytes, size) -> copy.writeToCopy(bytes, 0, size));
            for (T each : rows) {
                row.write(binary, each);
            }
            binary.end();
            long written = copy.endCopy();
            if (written != binary.rows()) {
                throw new SQLException("copy: " + written + " rows (expected: " + binary.rows() + ")");
            }
        } finally {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        }
    }
}
