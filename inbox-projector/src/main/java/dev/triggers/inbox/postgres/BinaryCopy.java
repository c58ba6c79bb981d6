package dev.triggers.inbox.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Rows in PostgreSQL's binary COPY format (documentation of COPY, "Binary Format"): a signature, then each row as its
 * field count and each field as its length and bytes, then a trailer. They are passed on in parts of {@value #PART_BYTES}
 * bytes and the rest of a row, so that whoever takes them can work on the first rows while the next are written.
 */
final class BinaryCopy {

    static final int PART_BYTES = 1 << 16;

    private static final byte[] HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };
    private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");
    private static final String OUT_OF_RANGE = "22008"; // datetime_field_overflow
    private static final int NULL = -1;
    private static final byte JSONB_VERSION = 1;

    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int MOST_BYTES = Integer.MAX_VALUE - 8; // of an array

    private final Parts parts;
    private byte[] out = new byte[2 * PART_BYTES];
    private int size;
    private int rows;

    /** What takes the bytes. */
    @FunctionalInterface
    interface Parts {

        /** The next {@code size} bytes, from the beginning of an array that is written over when this returns. */
        void take(byte[] bytes, int size) throws SQLException;
    }

    BinaryCopy(Parts parts) {
        this.parts = parts;
        bytes(HEADER);
    }

    /** Begins a row of so many fields; exactly that many must follow. */
    BinaryCopy row(int fields) throws SQLException {
        if (size >= PART_BYTES) {
            pass();
        }
        rows++;
        int16(fields);
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
        bytes(value);
        return this;
    }

    BinaryCopy jsonb(byte @Nullable [] json) {
        if (json == null) {
            return none();
        }
        int32(json.length + 1);
        out[grown(1)] = JSONB_VERSION;
        bytes(json);
        return this;
    }

    BinaryCopy none() {
        int32(NULL);
        return this;
    }

    int rows() {
        return rows;
    }

    /** Ends the rows, and passes on what is left. */
    void end() throws SQLException {
        int16(NULL);
        pass();
    }

    private void pass() throws SQLException {
        parts.take(out, size);
        size = 0;
    }

    private void bytes(byte[] value) {
        int at = grown(value.length);
        System.arraycopy(value, 0, out, at, value.length);
    }

    private void int16(int value) {
        int at = grown(Short.BYTES);
        SHORT.set(out, at, (short) value);
    }

    private void int32(int value) {
        int at = grown(Integer.BYTES);
        INT.set(out, at, value);
    }

    private void int64(long value) {
        int at = grown(Long.BYTES);
        LONG.set(out, at, value);
    }

    /** Makes room for so many bytes more; where they begin. */
    private int grown(int bytes) {
        int at = size;
        size = Math.addExact(size, bytes);
        if (size > out.length) {
            out = Arrays.copyOf(out, Math.max(size, (int) Math.min(2L * out.length, MOST_BYTES)));
        }
        return at;
    }
}
