package dev.triggers.processor.streams;

import dev.triggers.common.about.Readiness;
import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.TopicCreation;
import dev.triggers.common.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.MetricName;
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
 * topics are missing, sees to it that every partition has an offset to begin at, and replaces a thread that dies: the
 * transaction it had is tried again, for ever.
 */
public final class ProcessorRunner implements Readiness, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ProcessorRunner.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    private final KafkaConnection kafka;
    private final StreamsConfig config;
    private final Supplier<Topology> topology;
    private final int partitions;
    private final int replicationFactor;
    private final boolean named;
    private final StartingOffsets offsets;
    private final RestoreProgress restore = new RestoreProgress();
    private final AtomicLong threadsReplaced = new AtomicLong();
    private volatile @Nullable KafkaStreams streams;
    private volatile List<String> topicDeviations = List.of();
    private @Nullable Thread starter;
    private boolean closed;

    /**
     * @param kafka the same as {@code config} has
     * @param partitions and {@code replicationFactor}: of topics that have to be created
     */
    public ProcessorRunner(
            KafkaConnection kafka,
            StreamsConfig config,
            Supplier<Topology> topology,
            int partitions,
            int replicationFactor) {
        this.kafka = kafka;
        this.config = config;
        this.topology = topology;
        this.partitions = partitions;
        this.replicationFactor = replicationFactor;
        this.offsets = new StartingOffsets(kafka);
        this.named =
                config.originals().containsKey(StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG));
    }

    /** Begins in the background and returns at once. */
    public synchronized void start() {
        starter = Thread.ofPlatform().daemon().name("processor-start").start(this::startWhenPossible);
    }

    private void startWhenPossible() {
        try {
            topicDeviations = TopicCreation.ensureAllWhenPossible(kafka, partitions, replicationFactor);
            offsets.ensureWhenPossible();
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
            threadsReplaced.incrementAndGet();
            log.atError().setCause(e).log("stream thread died and is replaced");
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        running.setGlobalStateRestoreListener(restore);
        running.setStateListener((now, before) -> log.atInfo()
                .addKeyValue("from", before)
                .addKeyValue("to", now)
                .addKeyValue("undecided", lagRecords())
                .addKeyValue("to_restore", restoreRecords())
                .log("processor state"));
        streams = running;
        running.start();
    }

    /** Submissions of this instance's partitions that it has not read yet; 0 while it does not know. */
    long lagRecords() {
        KafkaStreams running = streams;
        if (running == null) {
            return 0;
        }
        return running.metrics().entrySet().stream()
                .filter(metric -> isLag(metric.getKey()))
                .map(metric -> metric.getValue().metricValue())
                .mapToLong(value -> value instanceof Double lag && lag > 0 ? lag.longValue() : 0)
                .sum();
    }

    private static boolean isLag(MetricName metric) {
        return metric.name().equals("records-lag")
                && Topics.INGESTED.name().equals(metric.tags().get("topic"));
    }

    /** Changelog records that have to be restored before this instance decides. */
    long restoreRecords() {
        return restore.remaining();
    }

    long threadsReplaced() {
        return threadsReplaced.get();
    }

    /** Where topics that were there are not what they should be. */
    int topicDeviations() {
        return topicDeviations.size();
    }

    long offsetsForgotten() {
        return offsets.forgotten();
    }

    long recordsLost() {
        return offsets.lost();
    }

    @Override
    public List<String> waitingFor() {
        KafkaStreams running = streams;
        if (running == null) {
            return List.of("processor: kafka");
        }
        return running.state() == State.RUNNING ? List.of() : List.of("processor: " + running.state());
    }

    @Override
    public List<String> degraded() {
        return topicDeviations.isEmpty() ? List.of() : List.of("processor: topics");
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
