package dev.triggers.processor.topology;

import dev.triggers.common.wire.Topic;
import dev.triggers.common.wire.Topics;
import dev.triggers.processor.dedup.FilterPool;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyConfig;
import org.apache.kafka.streams.kstream.Branched;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Predicate;
import org.apache.kafka.streams.kstream.Produced;

/** From submissions to outcomes. Every node, store and topic is named; a golden file pins the whole. */
public final class EventTopology implements Supplier<Topology> {

    /** A store that is there, with its changelog, since the processor first ran. */
    public static final String FIRST_STORE = OrgStates.STORE;

    private static final Serde<byte[]> BYTES = Serdes.ByteArray();
    private static final Serde<Outgoing> OUTGOING = Serdes.serdeFrom(new OutgoingSerializer(), (_, _) -> {
        throw new IllegalStateException("outgoing records are only written");
    });

    private final StreamsConfig config;
    private final AdmissionPolicy policy;
    private final FilterPool filters;
    private final Tally tally;
    private final Duration earlyCommit;

    /**
     * @param filters memory for what answers for ids that were never seen
     * @param earlyCommit how long it is at least from one early end of a transaction to the next
     */
    public EventTopology(
            StreamsConfig config, AdmissionPolicy policy, FilterPool filters, Tally tally, Duration earlyCommit) {
        this.config = config;
        this.policy = policy;
        this.filters = filters;
        this.tally = tally;
        this.earlyCommit = earlyCommit;
    }

    @Override
    public Topology get() {
        StreamsBuilder builder = new StreamsBuilder(new TopologyConfig(config));
        builder.stream(Topics.INGESTED.name(), Consumed.with(BYTES, BYTES).withName("ingested"))
                .process(Admission.supplier(policy, filters, tally, earlyCommit), Named.as("admission"))
                .split(Named.as("outcome-"))
                .branch(isFor(Topics.ACCEPTED), to(Topics.ACCEPTED, "accepted"))
                .branch(isFor(Topics.REJECTED), to(Topics.REJECTED, "rejected"))
                .branch(isFor(Topics.THROTTLED), to(Topics.THROTTLED, "throttled"))
                .branch(isFor(Topics.DISPOSITIONS), to(Topics.DISPOSITIONS, "dispositions"))
                .branch(isFor(Topics.DEAD_LETTERS), to(Topics.DEAD_LETTERS, "dead-letters"));
        return builder.build();
    }

    private static Predicate<byte[], Outgoing> isFor(Topic<?, ?> topic) {
        return (_, outgoing) -> outgoing.isFor(topic);
    }

    private static Branched<byte[], Outgoing> to(Topic<?, ?> topic, String name) {
        Produced<byte[], Outgoing> produced = Produced.with(BYTES, OUTGOING).withName(name);
        return Branched.withConsumer(outgoing -> outgoing.to(topic.name(), produced), name);
    }

    /** The headers are the record's already. */
    private record OutgoingSerializer() implements Serializer<Outgoing> {
        @Override
        public byte[] serialize(String topic, Outgoing outgoing) {
            return outgoing.value().bytes();
        }
    }
}
