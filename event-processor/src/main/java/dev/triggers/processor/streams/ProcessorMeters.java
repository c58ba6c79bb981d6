package dev.triggers.processor.streams;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/** How the processor runs: whether, how far behind, what it restores, and what it had to get over. */
public record ProcessorMeters(ProcessorRunner runner) implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry registry) {
        gauge(
                registry,
                "triggers.processor.running",
                "1 while all work of this instance is done, else 0",
                running -> running.waitingFor().isEmpty() ? 1 : 0);
        gauge(
                registry,
                "triggers.processor.lag.records",
                "Submissions not decided yet, of this instance's partitions",
                ProcessorRunner::lagRecords);
        gauge(
                registry,
                "triggers.processor.restore.records",
                "Changelog records still to be restored before this instance decides",
                ProcessorRunner::restoreRecords);
        Gauge.builder("triggers.topics.deviations", runner, ProcessorRunner::topicDeviations)
                .description("Settings in which topics were not what they should be when this service started")
                .tag("service", "event-processor")
                .register(registry);
        counter(registry, "triggers.processor.threads.replaced", "Threads that died", ProcessorRunner::threadsReplaced);
        counter(
                registry,
                "triggers.processor.offsets.forgotten",
                "Partitions whose committed offset was gone at a start",
                ProcessorRunner::offsetsForgotten);
        counter(
                registry,
                "triggers.processor.lost",
                "Submissions deleted from the log before they were decided",
                ProcessorRunner::recordsLost);
    }

    private void gauge(MeterRegistry registry, String name, String what, ToDoubleFunction<ProcessorRunner> value) {
        Gauge.builder(name, runner, value).description(what).register(registry);
    }

    private void counter(MeterRegistry registry, String name, String what, ToDoubleFunction<ProcessorRunner> value) {
        FunctionCounter.builder(name, runner, value).description(what).register(registry);
    }
}
