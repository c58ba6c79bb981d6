package dev.triggers.common.wire;

import dev.triggers.common.event.Event;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.limit.Plan;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A record of {@code triggers.ingested}: an event as it was received.
 *
 * @param receivedAt by the ingest instance's clock, milliseconds
 * @param plan the org's plan as that instance knew it
 * @param redrives the throttled submission that this one repeats, for a redrive
 */
public record Submission(Event event, Instant receivedAt, Plan plan, Optional<Receipt> redrives) implements Ingested {

    /** What a producer submits. */
    public Submission(Event event, Instant receivedAt, Plan plan) {
        this(event, receivedAt, plan, Optional.empty());
    }

    static final Wire<Submission> WIRE = new Wire<>() {
        @Override
        public byte[] write(Submission submission, Headers headers) {
            EventAttributes.write(submission.event, headers);
            EventAttributes.add(headers, HeaderNames.RECEIVED_AT, submission.receivedAt);
            EventAttributes.add(headers, HeaderNames.PLAN, submission.plan.toString());
            submission.redrives.ifPresent(
                    receipt -> EventAttributes.add(headers, HeaderNames.REDRIVES, receipt.toString()));
            return submission.event.data().bytes();
        }

        @Override
        public Submission read(Headers headers, byte @Nullable [] value) {
            if (value == null) {
                throw new UnreadableRecord("value: null (expected: a JSON object)");
            }
            RecordHeadersReader reader = new RecordHeadersReader(headers);
            return new Submission(
                    EventAttributes.read(reader, value),
                    reader.value(HeaderNames.RECEIVED_AT, Timestamps::instant),
                    reader.value(HeaderNames.PLAN, Plan::parse),
                    reader.optional(HeaderNames.REDRIVES, Receipt::parse));
        }
    };
}
