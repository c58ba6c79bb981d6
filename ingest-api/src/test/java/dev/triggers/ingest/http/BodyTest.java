package dev.triggers.ingest.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.ingest.BodyBytes;
import dev.triggers.ingest.http.Body.Bound;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private static final OrgId ORG = new OrgId(new UUID(0, 1));
    private static final OrgId OTHER = new OrgId(new UUID(0, 2));

    private final BodyBytes bytes = new BodyBytes(200_000);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8_191, 8_192, 8_193, 20_000})
    void aBodyIsReadToItsBoundWhateverItsHeaderSays(int size) {
        for (long claimed : new long[] {-1, size}) {
            try (Body body = body(new ByteArrayInputStream(new byte[size]), false, claimed, 20_000)) {
                body.readAll();
                assertThat(body.size()).isEqualTo(size);
            }
        }
        assertThat(bytes.held()).isZero();
    }

    @Test
    void oneByteMoreIsTooLarge() {
        assertRefused(body(new ByteArrayInputStream(new byte[20_001]), false, -1, 20_000), ProblemCode.EVENT_TOO_LARGE);
        assertThatThrownBy(() -> body(InputStream.nullInputStream(), false, 20_001, 20_000))
                .hasMessage("event_too_large: body: more than 20000 bytes (expected: at most 20000)");
        assertRefused(body(gzip(new byte[20_001]), true, -1, 20_000), ProblemCode.EVENT_TOO_LARGE);
        assertThat(bytes.held()).isZero();
    }

    @Test
    void whatItsHeaderClaimsIsNotHeldBeforeItCame() {
        try (Body body = body(new ByteArrayInputStream(new byte[10]), false, 90_000, 90_000)) {
            body.readAll();
            assertThat(bytes.held()).isLessThan(10_000);
        }
    }

    @Test
    void moreThanMayBeHeldIsOverloadedAndGivesItsRoomBack() {
        bytes.hold(OTHER, 100_000);
        bytes.hold(new OrgId(new UUID(0, 3)), 50_000);

        assertRefused(body(new ByteArrayInputStream(new byte[80_000]), false, -1, 90_000), ProblemCode.OVERLOADED);

        assertThat(bytes.held()).isEqualTo(150_000);
    }

    @Test
    void oneOrgHoldsNoMoreThanHalf() {
        bytes.hold(OTHER, 100_000);
        assertThatThrownBy(() -> bytes.hold(OTHER, 1)).isInstanceOf(ProblemException.class);

        try (Body body = body(new ByteArrayInputStream(new byte[80_000]), false, -1, 90_000)) {
            body.readAll();
            assertThat(body.size()).isEqualTo(80_000);
        }
        bytes.release(OTHER, 100_000);
        bytes.hold(OTHER, 100_000);
        assertThat(bytes.held()).isEqualTo(100_000);
    }

    @Test
    void aCompressedBodyIsInflated() {
        byte[] text = "{\"a\":1}".repeat(1_000).getBytes(UTF_8);

        assertThat(read(gzip(text))).isEqualTo(text);
        assertThat(read(gzip(new byte[0]))).isEmpty();
    }

    @Test
    void compressedMembersFollowOneAnother() throws IOException {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        gzip("one".getBytes(UTF_8)).transferTo(both);
        gzip("two".getBytes(UTF_8)).transferTo(both);

        assertThat(read(new ByteArrayInputStream(both.toByteArray()))).isEqualTo("onetwo".getBytes(UTF_8));
        assertThat(read(trickling(both.toByteArray()))).isEqualTo("onetwo".getBytes(UTF_8));
    }

    @Test
    void aBombCostsNoMoreThanTheBound() {
        ByteArrayInputStream bomb = gzip(new byte[200_000_000]);

        assertRefused(body(bomb, true, -1, 50_000), ProblemCode.EVENT_TOO_LARGE);

        assertThat(bomb.available()).isPositive();
        assertThat(bytes.held()).isZero();
    }

    @Test
    void damagedGzipIsTheCallersFaultWhereverItIsDamaged() {
        byte[] good = gzip("{\"type\":\"a\",\"data\":{\"b\":\"cdefghijklmnopqrstuvwxyz\"}}".getBytes(UTF_8))
                .readAllBytes();
        for (int cut = 0; cut < good.length; cut++) {
            assertRefused(
                    body(new ByteArrayInputStream(Arrays.copyOf(good, cut)), true, -1, 50_000),
                    ProblemCode.MALFORMED_JSON);
        }
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 0x55;
            try (Body body = body(new ByteArrayInputStream(bad), true, -1, 50_000)) {
                body.readAll();
                assertThat(at)
                        .as("what gzip does not check: time, extra flags, system")
                        .isBetween(4, 9);
            } catch (ProblemException e) {
                assertThat(e.problem().code()).isEqualTo(ProblemCode.MALFORMED_JSON);
            }
        }
        assertThat(bytes.held()).isZero();
    }

    @Test
    void aBodyThatTakesTooLongIsRefused() {
        Bound none = new Bound(1_000, ProblemCode.EVENT_TOO_LARGE, Duration.ZERO);
        try (Body body = new Body(new ByteArrayInputStream(new byte[10]), false, -1, none, bytes, ORG)) {
            assertThatThrownBy(body::readAll)
                    .hasMessage("malformed_json: body: not complete after 0 s (expected: all of it sooner)");
        }
    }

    @Test
    void aBodyThatBreaksOffIsTheCallersFault() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("reset");
            }

            @Override
            public int read(byte[] into, int at, int most) throws IOException {
                throw new IOException("reset");
            }
        };

        assertRefused(body(broken, false, -1, 1_000), ProblemCode.MALFORMED_JSON);
    }

    private byte[] read(InputStream in) {
        try (Body body = body(in, true, -1, 50_000)) {
            body.readAll();
            return Arrays.copyOf(body.buffer(), body.size());
        }
    }

    private Body body(InputStream in, boolean compressed, long claimed, int most) {
        return new Body(in, compressed, claimed, new Bound(most, ProblemCode.EVENT_TOO_LARGE, LONG), bytes, ORG);
    }

    private static void assertRefused(Body opened, ProblemCode code) {
        try (Body body = opened) {
            assertThatThrownBy(body::readAll)
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            refused -> assertThat(refused.problem().code()).isEqualTo(code));
        }
    }

    /** One byte at a time, and never more there than that: as from a slow wire. */
    private static InputStream trickling(byte[] all) {
        ByteArrayInputStream in = new ByteArrayInputStream(all);
        return new InputStream() {
            @Override
            public int read() {
                return in.read();
            }

            @Override
            public int read(byte[] into, int at, int most) {
                return in.read(into, at, Math.min(1, most));
            }
        };
    }

    private static ByteArrayInputStream gzip(byte[] plain) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }
}
