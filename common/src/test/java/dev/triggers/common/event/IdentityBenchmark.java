package dev.triggers.common.event;

import java.time.Instant;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What it costs to name an event. */
@State(Scope.Thread)
public class IdentityBenchmark {

    private static final OrgId ORG = OrgId.parse("0197a2c4-8f00-7000-8000-000000000001");
    private static final Instant NOW = Instant.parse("2026-11-23T08:00:00.123Z");

    private final DedupId dedupId = new DedupId("order-2026-000123");
    private final String source = "https://shop.example/checkout";
    private final EventId id = EventId.named(ORG, source, dedupId);
    private final String text = id.toString();

    @Benchmark
    public EventId named() {
        return EventId.named(ORG, source, dedupId);
    }

    @Benchmark
    public EventId fresh() {
        return EventId.fresh(NOW);
    }

    @Benchmark
    public String written() {
        return id.toString();
    }

    @Benchmark
    public EventId read() {
        return EventId.parse(text);
    }
}
