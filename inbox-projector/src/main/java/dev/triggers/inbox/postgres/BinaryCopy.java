package dev.triggers.inbox.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.sql.SQLDataException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Rows in PostgreSQL's binary COPY format (documentation of COPY, "Binary Format"): a signature, then each row as its
 * field count and each field as its length and bytes, then a trailer.
 */
final class BinaryCopy {

    private static final byte[] HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");
    private static final String OUT_OF_RANGE = "22008"; // datetime_field_overflow
    private static final int NULL = -1;
    private static final byte JSONB_VERSION = 1;

    private final Buffer out = new Buffer();
    private int rows;

    BinaryCopy() {
        out.writeBytes(HEADER);
    }

    /** Begins a row of so many fields; exactly that many must follow. */
    BinaryCopy row(int fields) {
        rows++;
        out.write(fields >>> 8);
        out.write(fields);
        return this;
    }

    BinaryCopy uuid(@Nullable UUID value) {
        if (value == null) {
            return none();
        }
        int32(16);
        int64(value.getMostSignificantBits());
        int64(value.getLeastSignificantBits());
        return this;
    }

    BinaryCopy bigint(long value) {
        int32(8);
        int64(value);
        return this;
    }

    BinaryCopy integer(int value) {
        int32(4);
        int32(value);
        return this;
    }

    /** Microseconds; finer parts are cut. Throws as Postgres does, 22008, for a time too far away to be counted. */
    BinaryCopy timestamptz(Instant value) throws SQLDataException {
        try {
            return bigint(EPOCH.until(value, ChronoUnit.MICROS));
        } catch (ArithmeticException e) {
            throw new SQLDataException("timestamptz: " + value + " (expected: years up to 294276)", OUT_OF_RANGE, e);
        }
    }

    BinaryCopy text(@Nullable String value) {
        return value == null ? none() : bytea(value.getBytes(UTF_8));
    }

    BinaryCopy bytea(byte @Nullable [] value) {
        if (value == null) {
            return none();
        }
        int32(value.length);
        out.writeBytes(value);
        return this;
    }

    BinaryCopy jsonb(byte @Nullable [] json) {
        if (json == null) {
            return none();
        }
        int32(json.length + 1);
        out.write(JSONB_VERSION);
        out.writeBytes(json);
        return this;
    }

    BinaryCopy none() {
        int32(NULL);
        return this;
    }

    int rows() {
        return rows;
    }

    /** Ends the rows. The bytes stand in {@link #buffer} up to {@link #size}. */
    BinaryCopy end() {
        out.write(0xff);
        out.write(0xff);
        return this;
    }

    byte[] buffer() {
        return out.array();
    }

    int size() {
        return out.size();
    }

    private void int32(int value) {
        out.write(value >>> 24);
        out.write(value >>> 16);
        out.write(value >>> 8);
        out.write(value);
    }

    private void int64(long value) {
        int32((int) (value >>> 32));
        int32((int) value);
    }

    /** Gives its array away without a copy. */
    private static final class Buffer extends ByteArrayOutputStream {
        Buffer() {
            super(1 << 16);
        }

        byte[] array() {
            return buf;
        }
    }
}
