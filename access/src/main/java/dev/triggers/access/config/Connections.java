package dev.triggers.access.config;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * How many connections an HTTP server of this process keeps at once. Whoever opens one takes heap, before anybody knows who it
 * is: 64 KiB as soon as a request began, of which most are Tomcat's buffers for a request's and an answer's headers.
 * So that they never take more than a quarter of the heap, the number follows it, unless the operator names one.
 *
 * @param most 1 and up
 */
public record Connections(int most) {

    private static final String SETTING = "server.tomcat.max-connections";

    private static final int MOST = 8_192;
    /** Enough to be of use in a heap that is too small for it. */
    private static final int LEAST = 256;

    private static final long BYTES_EACH = 64L << 10;
    private static final int PART_OF_HEAP = 4;

    public Connections {
        if (most < 1) {
            throw new IllegalArgumentException(SETTING + ": " + most + " (expected: 1 and up)");
        }
    }

    static Connections of(Environment environment, long heapBytes) {
        return Binder.get(environment)
                .bind(SETTING, Integer.class)
                .map(Connections::new)
                .orElseGet(() -> ofHeap(heapBytes));
    }

    private static Connections ofHeap(long heapBytes) {
        return new Connections(Math.clamp(heapBytes / PART_OF_HEAP / BYTES_EACH, LEAST, MOST));
    }
}
