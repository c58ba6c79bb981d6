package dev.triggers.common.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.common.event.Limits;
import java.time.Duration;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * One record of {@code triggers.throttled}: how long an org has to wait until its budget is back. It is a length of
 * time, not an instant, because its readers' clocks differ from the writer's; it ends by itself. The org's latest record
 * is the one that counts. A record without a value says that the wait is over.
 *
 * @param remaining at most what a refill takes; whole milliseconds, 0 and up
 */
public record Throttle(Duration remaining) {

    public Throttle {
        if (remaining.isNegative()) {
            throw new IllegalArgumentException("remaining: " + remaining + " (expected: 0 and up)");
        }
    }

    static final Wire<Throttle> WIRE = new Wire<>() {
        @Override
        public byte[] write(Throttle throttle, Headers headers) {
            return Long.toString(throttle.remaining.toMillis()).getBytes(UTF_8);
        }

        @Override
        public Throttle read(Headers headers, byte @Nullable [] value) {
            if (value == null) {
                throw new UnreadableRecord("value: null (expected: milliseconds)");
            }
            return new Throttle(remaining(new String(value, UTF_8)));
        }
    };

    private static Duration remaining(String text) {
        try {
            long millis = Long.parseLong(text);
            if (millis >= 0) {
                return Duration.ofMillis(millis);
            }
        } catch (NumberFormatException e) {
            throw new UnreadableRecord(expected(text), e);
        }
        throw new UnreadableRecord(expected(text));
    }

    private static String expected(String text) {
        return "value: " + Limits.cut(text) + " (expected: milliseconds, 0 and up)";
    }
}
