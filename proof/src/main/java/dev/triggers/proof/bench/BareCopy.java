package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * What PostgreSQL alone takes: binary COPY of rows as {@code inbox.event} has them into a table with its keys and indexes, one
 * connection, a transaction for each {@value #ROWS} rows.
 */
final class BareCopy {

    private static final int ROWS = 2_000;
    private static final int FIELDS = 15;
    private static final byte[] SIGNATURE = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0};
    private static final long ID_HIGH = 0x01a207b6725c77ceL;
    private static final long SOME_DAY_MICROS = 847_000_000_000_000L;

    private static final String TABLE = """
            create schema if not exists bench;
            drop table if exists bench.event;
            create table bench.event (like inbox.event including all)""";

    private static final String COPY = """
            copy bench.event (org, sequence, accepted_at, received_at, event_id, receipt_partition, receipt_offset,
                              ce_id, type, source, subject, time, dedup_id, extensions, data)
            from stdin (format binary)""";

    private BareCopy() {}

    /** Rows committed a second. The inbox's tables have to be there. */
    static double perSecond(Pipeline pipeline, Duration duration) throws SQLException, IOException {
        try (Connection connection = pipeline.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(TABLE);
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
            long start = System.nanoTime();
            long rows = 0;
            while (System.nanoTime() - start < duration.toNanos()) {
                byte[] batch = batch(rows);
                var copying = copy.copyIn(COPY);
                copying.writeToCopy(batch, 0, batch.length);
                rows += copying.endCopy();
            }
            double perSecond = rows * 1e9 / (System.nanoTime() - start);
            statement.execute("drop schema bench cascade");
            return perSecond;
        }
    }

    private static byte[] batch(long from) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(ROWS * 600);
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(SIGNATURE);
        out.writeInt(0);
        out.writeInt(0);
        for (long row = from; row < from + ROWS; row++) {
            row(out, row);
        }
        out.writeShort(-1);
        return bytes.toByteArray();
    }

    private static void row(DataOutputStream out, long row) throws IOException {
        out.writeShort(FIELDS);
        uuid(out, row % 100);
        bigint(out, row / 100 + 1);
        bigint(out, SOME_DAY_MICROS + row);
        bigint(out, SOME_DAY_MICROS + row);
        uuid(out, row * 0x9e3779b97f4a7c15L);
        out.writeInt(4);
        out.writeInt((int) (row % Bench.PARTITIONS));
        bigint(out, row / Bench.PARTITIONS);
        text(out, "01a207b6-725c-77ce-b2b4-" + (RequestTemplate.FIRST + row));
        text(out, "bench.happened");
        text(out, "/orgs/01a207b6-725c-77ce-b2b4-daf0135b9850");
        out.writeInt(-1);
        bigint(out, SOME_DAY_MICROS + row);
        text(out, Long.toString(RequestTemplate.FIRST + row));
        out.writeInt(-1);
        text(out, Posts.data(row));
    }

    private static void uuid(DataOutputStream out, long low) throws IOException {
        out.writeInt(16);
        out.writeLong(ID_HIGH);
        out.writeLong(low);
    }

    private static void bigint(DataOutputStream out, long value) throws IOException {
        out.writeInt(8);
        out.writeLong(value);
    }

    private static void text(DataOutputStream out, String value) throws IOException {
        byte[] bytes = value.getBytes(UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
