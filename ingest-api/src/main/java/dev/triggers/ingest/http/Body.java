package dev.triggers.ingest.http;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.problem.Problem;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.ingest.BodyBytes;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request, inflated where it is compressed, read up to a bound whatever its length says, for so long as
 * one may take. What it holds of it is counted until it is closed. Every method throws {@link ProblemException}:
 * {@code event_too_large} or {@code batch_too_large}, {@code malformed_json} where it breaks off, {@code overloaded}.
 */
final class Body implements AutoCloseable {

    private static final int FIRST = 8_192;
    private static final int INFLATER_BUFFER = 8_192;

    private final InputStream raw;
    private final boolean compressed;
    private final long claimed;
    private final Bound bound;
    private final BodyBytes bytes;
    private final OrgId org;
    private @Nullable InputStream inflated;
    private final long began;
    private long held;
    private long total;
    private int size;
    private byte[] buffer = new byte[0];

    /**
     * How much a body may be.
     *
     * @param most bytes, inflated
     * @param tooLarge what more is refused as
     * @param within how long it may take to come
     */
    record Bound(int most, ProblemCode tooLarge, Duration within) {}

    /** @param claimed the length by its header, -1 where it says none */
    Body(InputStream raw, boolean compressed, long claimed, Bound bound, BodyBytes bytes, OrgId org) {
        this.raw = raw;
        this.compressed = compressed;
        this.claimed = compressed ? -1 : claimed;
        this.bound = bound;
        this.bytes = bytes;
        this.org = org;
        this.began = System.nanoTime();
        if (this.claimed > bound.most()) {
            throw tooLarge();
        }
    }

    /** Reads all of it into {@link #buffer}, which only grows with what came. */
    void readAll() {
        grow(FIRST);
        for (int read = read(); read >= 0; read = read()) {
            if (size == buffer.length) {
                grow(2L * buffer.length);
            }
        }
    }

    /** What was read, up to {@link #size}. */
    byte[] buffer() {
        return buffer;
    }

    /** Bytes read and not {@link #dropTo dropped}. */
    int size() {
        return size;
    }

    /** Makes room for so many, or for what its header claims. */
    void grow(long wanted) {
        long most = claimed >= 0 ? claimed + 1 : bound.most() + 1L;
        int length = (int) Math.min(wanted, most);
        bytes.hold(org, length - held);
        held = length;
        buffer = Arrays.copyOf(buffer, length);
    }

    /** Reads what is there, at least one byte, behind what was read. The number read; -1 at the end. */
    int read() {
        try {
            int read = in().read(buffer, size, buffer.length - size);
            requireTime();
            if (read < 0) {
                return read;
            }
            size += read;
            total += read;
            if (total > bound.most()) {
                throw tooLarge();
            }
            return read;
        } catch (ZipException e) {
            throw malformed("body: not gzip, or damaged (expected: gzip, as Content-Encoding says)", e);
        } catch (EOFException e) {
            throw malformed("body: broken off within gzip (expected: all of it)", e);
        } catch (IOException e) {
            throw malformed("body: broken off (expected: all of it)", e);
        }
    }

    /** Forgets all that was read before {@code from}. */
    void dropTo(int from) {
        System.arraycopy(buffer, from, buffer, 0, size - from);
        size -= from;
    }

    /** The inflater reads the head of its format when it is made. */
    private InputStream in() throws IOException {
        if (!compressed) {
            return raw;
        }
        InputStream open = inflated;
        if (open == null) {
            open = new GZIPInputStream(unclosed(raw), INFLATER_BUFFER);
            inflated = open;
        }
        return open;
    }

    private void requireTime() {
        if (System.nanoTime() - began > bound.within().toNanos()) {
            throw new ProblemException(
                    ProblemCode.MALFORMED_JSON,
                    "body: not complete after " + bound.within().toSeconds() + " s (expected: all of it sooner)");
        }
    }

    private ProblemException tooLarge() {
        return new ProblemException(
                bound.tooLarge(),
                "body: more than " + bound.most() + " bytes (expected: at most " + bound.most() + ")");
    }

    private static ProblemException malformed(String detail, IOException cause) {
        return new ProblemException(Problem.of(ProblemCode.MALFORMED_JSON, detail), cause);
    }

    /** Closing it frees the inflater; the request's own stream is the container's to close. */
    private static InputStream unclosed(InputStream raw) {
        return new FilterInputStream(raw) {
            @Override
            public int read(byte[] into, int at, int most) throws IOException {
                return in.read(into, at, most);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void close() {
        bytes.release(org, held);
        held = 0;
        InputStream open = inflated;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                throw malformed("body: broken off (expected: all of it)", e);
            }
        }
    }
}
