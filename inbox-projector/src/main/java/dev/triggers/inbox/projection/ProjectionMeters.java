package dev.triggers.inbox.projection;

import dev.triggers.common.wire.Accepted;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** What the projector does, as metrics. Records read = accepted + rejected + dispositions. */
public final class ProjectionMeters {

    private final Counter accepted;
    private final Counter rejected;
    private final Counter dispositions;
    private final Counter lost;
    private final AtomicLong lagMillis = new AtomicLong();
    private final InstantSource clock;

    public ProjectionMeters(MeterRegistry meters, InstantSource clock) {
        this.clock = clock;
        accepted = projected(meters, "accepted");
        rejected = projected(meters, "rejected");
        dispositions = projected(meters, "dispositions");
        lost = Counter.builder("triggers.projection.lost")
                .description("Offsets deleted from the log before they were projected")
                .register(meters);
        meters.gauge("triggers.projection.lag.millis", lagMillis);
    }

    private static Counter projected(MeterRegistry meters, String topic) {
        return Counter.builder("triggers.projection.records")
                .description("Records applied to the inbox tables")
                .tag("topic", topic)
                .register(meters);
    }

    void projected(Batch batch) {
        accepted.increment(batch.accepted().size());
        rejected.increment(batch.rejected().size());
        dispositions.increment(batch.dispositions().size());
        if (!batch.accepted().isEmpty()) {
            Accepted last = batch.accepted().getLast();
            lagMillis.set(clock.millis() - last.receivedAt().toEpochMilli());
        }
    }

    void lost(long offsets) {
        lost.increment((double) offsets);
    }
}
