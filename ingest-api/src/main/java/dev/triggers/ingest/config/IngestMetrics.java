package dev.triggers.ingest.config;

import dev.triggers.common.problem.ProblemCode;
import dev.triggers.ingest.Answers;
import dev.triggers.ingest.BoundedEventLog;
import dev.triggers.ingest.kafka.KafkaEventLog;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/** How posted events were answered, {@code triggers_ingest_events_total} by answer, and what is under way to the log. */
record IngestMetrics(Answers answers, BoundedEventLog log, KafkaEventLog kafka) implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry registry) {
        answer(registry, "received", Answers::received);
        for (ProblemCode code : ProblemCode.values()) {
            answer(registry, code.toString(), counts -> counts.refused(code));
        }
        Gauge.builder("triggers.ingest.inflight.events", log, BoundedEventLog::events)
                .description("Submissions under way to the log")
                .register(registry);
        Gauge.builder(
                        "triggers.topics.deviations",
                        kafka,
                        it -> it.topicDeviations().size())
                .description("Settings in which topics were not what they should be when this service started")
                .tag("service", "ingest-api")
                .register(registry);
        Gauge.builder("triggers.ingest.inflight.bytes", log, BoundedEventLog::bytes)
                .description("Bytes under way to the log")
                .register(registry);
    }

    private void answer(MeterRegistry registry, String answer, ToDoubleFunction<Answers> count) {
        FunctionCounter.builder("triggers.ingest.events", answers, count)
                .description("Posted events by answer; all answers together are all that got past the key check")
                .tag("answer", answer)
                .register(registry);
    }
}
