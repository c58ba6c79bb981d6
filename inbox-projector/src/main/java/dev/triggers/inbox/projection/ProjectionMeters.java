package dev.triggers.inbox.projection;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;

/** What the projector does, as metrics. Records read = accepted + rejected + dispositions. */
public final class ProjectionMeters {

    private final Counter accepted;
    private final Counter rejected;
    private final Counter dispositions;
    private final Counter lost;
    /** Of each partition with records at hand: when the first of them was received, Unix milliseconds. */
    private final Map<TopicPartition, Long> atHand = new ConcurrentHashMap<>();

    private final InstantSource clock;

    public ProjectionMeters(MeterRegistry meters, InstantSource clock) {
        this.clock = clock;
        accepted = projected(meters, "accepted");
        rejected = projected(meters, "rejected");
        dispositions = projected(meters, "dispositions");
        lost = Counter.builder("triggers.projection.lost")
                .description("Offsets deleted from the log before they were projected")
                .register(meters);
        Gauge.builder("triggers.projection.lag.millis", this, ProjectionMeters::lagMillis)
                .description(
                        "How long the oldest accepted event at hand waits since it was received; 0 with none at hand")
                .register(meters);
    }

    private static Counter projected(MeterRegistry meters, String topic) {
        return Counter.builder("triggers.projection.records")
                .description("Records applied to the inbox tables")
                .tag("topic", topic)
                .register(meters);
    }

    private double lagMillis() {
        long now = clock.millis();
        return atHand.values().stream()
                .mapToLong(receivedAt -> now - receivedAt)
                .max()
                .orElse(0);
    }

    /** These are to be applied, and wait until they are. */
    void atHand(Batch batch) {
        if (!batch.accepted().isEmpty()) {
            long first = batch.accepted().getFirst().receivedAt().toEpochMilli();
            batch.spans().keySet().forEach(partition -> atHand.put(partition, first));
        }
    }

    /** Others apply these partitions from now on. */
    void released(Collection<TopicPartition> partitions) {
        partitions.forEach(atHand::remove);
    }

    void projected(Batch batch) {
        released(batch.spans().keySet());
        accepted.increment(batch.accepted().size());
        rejected.increment(batch.rejected().size());
        dispositions.increment(batch.dispositions().size());
    }

    void lost(long offsets) {
        lost.increment((double) offsets);
    }
}
