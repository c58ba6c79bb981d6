package dev.triggers.processor.streams;

import dev.triggers.common.about.Readiness;
import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.TopicCreation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.Metric;
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
import org.slf4j.event.Level;

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
    private final StandbyProgress standby = new StandbyProgress();
    private final List<Runnable> whenDeciding = new CopyOnWriteArrayList<>();
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
        KafkaStreams running = new KafkaStreams(topology.get(), config, new StreamsClients());
        running.setUncaughtExceptionHandler(e -> {
            threadsReplaced.incrementAndGet();
            log.atError().setCause(e).log("stream thread died and is replaced");
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        });
        running.setGlobalStateRestoreListener(restore);
        running.setStandbyUpdateListener(standby);
        running.setStateListener((now, before) -> changed(now));
        streams = running;
        running.start();
    }

    private void changed(State now) {
        log.atLevel(now == State.ERROR || now == State.PENDING_ERROR ? Level.ERROR : Level.INFO)
                .addKeyValue("state", now)
                .addKeyValue("undecided", lagRecords())
                .addKeyValue("to_restore", restoreRecords())
                .log(inWords(now));
        if (now == State.RUNNING) {
            whenDeciding.forEach(Runnable::run);
        }
    }

    private static String inWords(State state) {
        return switch (state) {
            case CREATED -> "the processor is made";
            case REBALANCING ->
                "partitions are being handed out; those given to this instance wait until their state is there";
            case RUNNING -> "the processor decides what comes in its partitions";
            case PENDING_SHUTDOWN -> "the processor goes down; its partitions go to others";
            case NOT_RUNNING -> "the processor is down";
            case PENDING_ERROR, ERROR -> "the processor gives up: restart it";
        };
    }

    /** Has this done each time the instance begins to decide, with the partitions it was given. */
    void whenDeciding(Runnable action) {
        whenDeciding.add(action);
    }

    /** Submissions of this instance's partitions that are not decided for good yet; 0 while it does not know. */
    private long lagRecords() {
        return lagByPartition().values().stream().mapToLong(Long::longValue).sum();
    }

    /** The same, by partition of {@code ingested}; see {@link Lag}. */
    Map<Integer, Long> lagByPartition() {
        KafkaStreams running = streams;
        return running == null ? Map.of() : new Lag(running).byPartition();
    }

    /** The partitions of {@code ingested} that this instance decides. */
    Set<Integer> partitions() {
        KafkaStreams running = streams;
        return running == null ? Set.of() : new Lag(running).partitions();
    }

    /** What Kafka Streams and RocksDB say of themselves. */
    Map<MetricName, ? extends Metric> streamsMetrics() {
        KafkaStreams running = streams;
        return running == null ? Map.of() : running.metrics();
    }

    /** Transactions its threads ended, those of threads that died left out. */
    double commits() {
        return streamsMetrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("commit-total")
                        && metric.getKey().group().equals("stream-thread-metrics"))
                .mapToDouble(metric -> (Double) metric.getValue().metricValue())
                .sum();
    }

    /** What Kafka Streams is doing; {@code CREATED} while it waits for Kafka. */
    State state() {
        KafkaStreams running = streams;
        return running == null ? State.CREATED : running.state();
    }

    StandbyProgress standby() {
        return standby;
    }

    /** Changelog records restored since the start. */
    long restoredRecords() {
        return restore.restored();
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
        if (streams == null) {
            return List.of("processor: kafka");
        }
        State now = state();
        return now == State.RUNNING ? List.of() : List.of("processor: " + now);
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
