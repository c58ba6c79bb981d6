package dev.triggers.processor.streams;

import dev.triggers.common.wire.Outcome;
import dev.triggers.processor.topology.Tally;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;

/**
 * What admission did, as metrics: {@code triggers_submissions_decided_total{outcome}},
 * {@code triggers_markers_stamped_total}, {@code triggers_submissions_skipped_total}, {@code triggers_throttles_told_total} and
 * {@code triggers_processor_seen_reads_total}.
 */
public final class DecisionCounters implements Tally {

    private final Map<Outcome, Counter> decided = new EnumMap<>(Outcome.class);
    private final Counter stamped;
    private final Counter skipped;
    private final Counter told;
    private final Counter storeReads;

    public DecisionCounters(MeterRegistry meters) {
        for (Outcome outcome : Outcome.values()) {
            decided.put(
                    outcome,
                    Counter.builder("triggers.submissions.decided")
                            .description("Submissions that got their outcome")
                            .tag("outcome", outcome.toString())
                            .register(meters));
        }
        stamped = Counter.builder("triggers.markers.stamped")
                .description("Markers of inboxes that got their place in the order")
                .register(meters);
        skipped = Counter.builder("triggers.submissions.skipped")
                .description("Submissions read again that had their outcome already")
                .register(meters);
        told = Counter.builder("triggers.throttles.told")
                .description("Times the edges were told to hold an org back")
                .register(meters);
        storeReads = Counter.builder("triggers.processor.seen.reads")
                .description("Reads of the store of remembered ids")
                .register(meters);
    }

    @Override
    public void decided(Outcome outcome) {
        Counter counter = decided.get(outcome);
        if (counter != null) {
            counter.increment();
        }
    }

    @Override
    public void stamped() {
        stamped.increment();
    }

    @Override
    public void skipped() {
        skipped.increment();
    }

    @Override
    public void told() {
        told.increment();
    }

    @Override
    public void storeRead() {
        storeReads.increment();
    }
}
