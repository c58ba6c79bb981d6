package dev.triggers.processor.streams;

import dev.triggers.common.about.Readiness;
import dev.triggers.common.wire.TopicCreation;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the topology from {@link #start} to {@link #close}. Waits for Kafka for as long as it takes, creates what
 * topics are missing, and replaces a thread that dies.
 */
public final class ProcessorRunner implements Readiness, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ProcessorRunner.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    private final StreamsConfig config;
    private final Supplier<Topology> topology;
    private final int partitions;
    private final int replicationFactor;
    private final boolean named;
    private volatile @Nullable KafkaStreams streams;
    private @Nullable Thread starter;
    private boolean closed;

    /** @param partitions and {@code replicationFactor}: of topics that have to be created */
    public ProcessorRunner(StreamsConfig config, Supplier<Topology> topology, int partitions, int replicationFactor) {
        this.config = config;
        this.topology = topology;
        this.partitions = partitions;
        this.replicationFactor = replicationFactor;
        this.named =
                config.originals().containsKey(StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG));
    }

    /** Begins in the background and returns at once. */
    public synchronized void start() {
        starter = Thread.ofVirtual().name("processor-start").start(this::startWhenPossible);
    }

    private void startWhenPossible() {
        try {
            TopicCreation.ensureAllWhenPossible(
                    String.join(",", config.getList(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG)),
                    partitions,
                    replicationFactor);
            run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void run() {
        if (closed) {
            return;
        }
        KafkaStreams running = new KafkaStreams(topology.get(), config);
        running.setUncaughtExceptionHandler(e -> {
            log.atError().setCause(e).log("stream thread died and is replaced");
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        running.setStateListener((now, before) ->
                log.atInfo().addKeyValue("from", before).addKeyValue("to", now).log("processor state"));
        running.start();
        streams = running;
    }

    @Override
    public List<String> waitingFor() {
        KafkaStreams running = streams;
        if (running == null) {
            return List.of("processor: kafka");
        }
        return running.state() == State.RUNNING ? List.of() : List.of("processor: " + running.state());
    }

    /** Ends within 5 seconds. Its work goes to others at once, unless it has a name to come back under. */
    @Override
    public void close() {
        Thread starting;
        synchronized (this) {
            closed = true;
            starting = starter;
        }
        if (starting != null) {
            starting.interrupt();
        }
        KafkaStreams running = streams;
        if (running != null) {
            running.close(CloseOptions.timeout(CLOSE_WITHIN)
                    .withGroupMembershipOperation(
                            named ? GroupMembershipOperation.REMAIN_IN_GROUP : GroupMembershipOperation.LEAVE_GROUP));
        }
    }
}
