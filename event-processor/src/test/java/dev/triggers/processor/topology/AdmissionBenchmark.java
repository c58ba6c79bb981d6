package dev.triggers.processor.topology;

import dev.triggers.common.event.Event;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.RateLimit.PerMinute;
import dev.triggers.common.wire.Submission;
import dev.triggers.common.wire.Topics;
import dev.triggers.processor.dedup.FilterPool;
import dev.triggers.processor.dedup.IdsInMemory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What one decision costs, its record included, with stores in memory: what RocksDB and Kafka take is not in it. */
@State(Scope.Thread)
public class AdmissionBenchmark {

    private static final Instant START = Instant.parse("2026-11-23T08:00:00Z");
    private static final Duration WINDOW = Duration.ofSeconds(2);
    /** At one a millisecond, more than the store remembers. */
    private static final int DIFFERENT = 8_192;

    private final MockProcessorContext<byte[], Outgoing> context = new MockProcessorContext<>();
    private final Processor<byte[], byte[], byte[], Outgoing> admission = Admission.supplier(
                    new AdmissionPolicy(WINDOW, 10, 1_000_000),
                    new FilterPool(32 << 20),
                    Tally.NONE,
                    Duration.ofMillis(10))
            .get();
    private final List<ProducerRecord<byte[], byte[]>> submitted = new ArrayList<>();
    private long offset;
    private long millis = START.toEpochMilli();

    @Setup
    public void begin() {
        Plan plan = new Plan(1, new PerMinute(600_000, 600_000));
        for (int i = 0; i < DIFFERENT; i++) {
            Event event = AdmissionRig.event(AdmissionRig.ORG, "order-" + i, "{\"order\":%d}".formatted(i));
            // Far ahead, so that the log's time counts.
            Submission submission = new Submission(event, START.plus(Duration.ofDays(1_000)), plan);
            submitted.add(Topics.INGESTED.record(AdmissionRig.ORG, submission));
        }
        KeyValueStore<byte[], byte[]> orgs = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(OrgStates.STORE), Serdes.ByteArray(), Serdes.ByteArray())
                .withLoggingDisabled()
                .build();
        orgs.init(context.getStateStoreContext(), orgs);
        context.addStateStore(orgs);
        context.addStateStore(new IdsInMemory());
        admission.init(context);
    }

    @Benchmark
    public int accept() {
        millis++;
        return decide(submitted.get((int) (offset % DIFFERENT)));
    }

    /** All after the first. */
    @Benchmark
    public int refuseDuplicate() {
        return decide(submitted.getFirst());
    }

    private int decide(ProducerRecord<byte[], byte[]> record) {
        context.setRecordMetadata(Topics.INGESTED.name(), 0, offset++);
        admission.process(new Record<>(record.key(), record.value(), millis, record.headers()));
        int forwarded = context.forwarded().size();
        context.resetForwards();
        return forwarded;
    }
}
