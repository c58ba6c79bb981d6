package dev.triggers.common.wire;

import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** One record of {@code triggers.ingested}: what was submitted, or a marker among it. */
public sealed interface Ingested permits Submission, Marker {

    /** A marker is told by its header, which no producer can set: names that begin with {@code trg} are refused. */
    Wire<Ingested> WIRE = new Wire<>() {
        @Override
        public byte[] write(Ingested ingested, Headers headers) {
            return switch (ingested) {
                case Submission submission -> Submission.WIRE.write(submission, headers);
                case Marker marker -> Marker.WIRE.write(marker, headers);
            };
        }

        @Override
        public Ingested read(Headers headers, byte @Nullable [] value) {
            return headers.lastHeader(HeaderNames.MARKER) == null
                    ? Submission.WIRE.read(headers, value)
                    : Marker.WIRE.read(headers, value);
        }
    };
}
