package dev.triggers.ingest.http;

import dev.triggers.access.KeyRing;
import java.time.Duration;

/** {@code {grace_seconds?}}; no body at all is none. */
record RotationBody(Duration grace) {

    private static final long MOST = KeyRing.LONGEST_GRACE.toSeconds();

    static RotationBody parse(byte[] body) {
        if (body.length == 0) {
            return new RotationBody(Duration.ZERO);
        }
        JsonBody json = JsonBody.parse(body, "grace_seconds");
        long seconds = json.has("grace_seconds") ? json.integer("grace_seconds") : 0;
        if (seconds < 0 || seconds > MOST) {
            throw JsonBody.invalid("grace_seconds: " + seconds + " (expected: 0 to " + MOST + ")");
        }
        return new RotationBody(Duration.ofSeconds(seconds));
    }
}
