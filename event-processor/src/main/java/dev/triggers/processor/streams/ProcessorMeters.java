package dev.triggers.processor.streams;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.apache.kafka.streams.KafkaStreams.State;

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
                "triggers.processor.restore.records",
                "Changelog records still to be restored before this instance decides",
                ProcessorRunner::restoreRecords);
        Gauge.builder("triggers.topics.deviations", runner, ProcessorRunner::topicDeviations)
                .description("Settings in which topics were not what they should be when this service started")
                .tag("service", "event-processor")
                .register(registry);
        counter(
                registry,
                "triggers.processor.restored.records",
                "Changelog records restored",
                ProcessorRunner::restoredRecords);
        gauge(
                registry,
                "triggers.processor.standby.copies",
                "Copies of others' stores kept warm here, one for each store of each partition",
                running -> running.standby().copies());
        gauge(
                registry,
                "triggers.processor.standby.behind.records",
                "Changelog records these copies lack",
                running -> running.standby().behind());
        counter(
                registry,
                "triggers.processor.standby.loaded.records",
                "Changelog records read into copies",
                running -> running.standby().loaded());
        counter(registry, "triggers.processor.commits", "Transactions ended", ProcessorRunner::commits);
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
        state(registry);
        lag(registry);
    }

    /** One for each state, of which one is 1. */
    private void state(MeterRegistry registry) {
        for (State state : State.values()) {
            Gauge.builder("triggers.processor.state", runner, running -> running.state() == state ? 1 : 0)
                    .description("1 for what Kafka Streams is doing")
                    .tag("state", state.name())
                    .register(registry);
        }
    }

    /** One for each partition this instance was given last; not a number while it does not know. */
    private void lag(MeterRegistry registry) {
        MultiGauge lag = MultiGauge.builder("triggers.processor.lag.records")
                .description("Submissions not decided yet, of this instance's partitions")
                .register(registry);
        runner.whenDeciding(() -> lag.register(
                runner.partitions().stream()
                        .map(partition -> Row.of(Tags.of("partition", partition.toString()), runner, behind(partition)))
                        .collect(Collectors.toList()),
                true));
    }

    private static ToDoubleFunction<ProcessorRunner> behind(int partition) {
        return running -> {
            Long records = running.lagByPartition().get(partition);
            return records == null ? Double.NaN : records;
        };
    }

    private void gauge(MeterRegistry registry, String name, String what, ToDoubleFunction<ProcessorRunner> value) {
        Gauge.builder(name, runner, value).description(what).register(registry);
    }

    private void counter(MeterRegistry registry, String name, String what, ToDoubleFunction<ProcessorRunner> value) {
        FunctionCounter.builder(name, runner, value).description(what).register(registry);
    }
}
