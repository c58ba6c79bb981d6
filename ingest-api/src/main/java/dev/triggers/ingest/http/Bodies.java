package dev.triggers.ingest.http;

import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Reads a request's body up to a bound, whatever its Content-Length says. */
final class Bodies {

    private static final int FIRST = 8_192;

    private Bodies() {}

    /**
     * Throws {@link ProblemException}: {@code event_too_large} when there are more than {@code most} bytes,
     * {@code malformed_json} when the body breaks off.
     */
    static byte[] read(HttpServletRequest request, int most) {
        try {
            return bounded(request, most);
        } catch (IOException e) {
            throw new ProblemException(ProblemCode.MALFORMED_JSON, "body: broken off (expected: all of it)");
        }
    }

    private static byte[] bounded(HttpServletRequest request, int most) throws IOException {
        InputStream in = request.getInputStream();
        long claimed = request.getContentLengthLong();
        byte[] bytes = new byte[claimed >= 0 && claimed <= most ? (int) claimed + 1 : FIRST];
        int size = 0;
        for (int read = in.read(bytes); read >= 0; read = in.read(bytes, size, bytes.length - size)) {
            size += read;
            if (size > most) {
                throw new ProblemException(
                        ProblemCode.EVENT_TOO_LARGE,
                        "body: more than " + most + " bytes (expected: at most " + most + ")");
            }
            if (size == bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.min(most + 1, bytes.length * 2));
            }
        }
        return Arrays.copyOf(bytes, size);
    }
}
