package dev.triggers.inbox.projection;

import dev.triggers.common.about.Readiness;
import dev.triggers.common.wire.FreshConsumer;
import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.TopicCreation;
import dev.triggers.common.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;
import org.springframework.kafka.core.DefaultKafkaConsumerFactory;
import org.springframework.kafka.listener.BatchInterceptor;
import org.springframework.kafka.listener.ConcurrentMessageListenerContainer;
import org.springframework.kafka.listener.ContainerProperties;
import org.springframework.kafka.listener.ContainerProperties.AckMode;
import org.springframework.kafka.listener.DefaultErrorHandler;
import org.springframework.util.backoff.ExponentialBackOff;

/** Runs a {@link LogProjector} on the topics it reads: waits for Kafka for as long as it takes, and retries for ever. */
public final class ProjectorContainer implements Readiness, AutoCloseable {

    /** The consumer group. */
    public static final String GROUP = "triggers.inbox-projector";

    /** For those who watch the group: where to go on is in Postgres. */
    private static final Duration OFFSETS_COMMITTED_EVERY = Duration.ofSeconds(1);

    private final String group;
    private final Settings settings;
    private final LogProjector projector;
    private @Nullable ConcurrentMessageListenerContainer<byte[], byte[]> container;
    private @Nullable Thread starter;
    private volatile boolean started;
    private volatile List<String> topicDeviations = List.of();
    private boolean closed;

    /**
     * How to read the log.
     *
     * @param instanceId names this instance for good, so that it gets its partitions back at once when it comes back
     *     (KIP-345); empty: none
     * @param consumers threads of this instance
     * @param batchRecords the most records in a batch
     * @param partitions and {@code replicationFactor}: of topics that have to be created
     */
    public record Settings(
            KafkaConnection kafka,
            String instanceId,
            int consumers,
            int batchRecords,
            int partitions,
            int replicationFactor) {}

    public ProjectorContainer(Settings settings, LogProjector projector) {
        this(GROUP, settings, projector);
    }

    /** Consumers of different groups read the same partitions: a projector that others believe gone, for tests. */
    ProjectorContainer(String group, Settings settings, LogProjector projector) {
        this.group = group;
        this.settings = settings;
        this.projector = projector;
    }

    /** Begins in the background and returns at once. */
    public synchronized void start() {
        starter = Thread.ofPlatform().daemon().name("projector-start").start(this::startWhenPossible);
    }

    private void startWhenPossible() {
        try {
            topicDeviations = TopicCreation.ensureAllWhenPossible(
                    settings.kafka(), settings.partitions(), settings.replicationFactor());
            run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void run() {
        if (closed) {
            return;
        }
        ContainerProperties properties =
                new ContainerProperties(Topics.ACCEPTED.name(), Topics.REJECTED.name(), Topics.DISPOSITIONS.name());
        properties.setGroupId(group);
        properties.setMessageListener(projector);
        properties.setConsumerRebalanceListener(projector);
        properties.setAckMode(AckMode.TIME);
        properties.setAckTime(OFFSETS_COMMITTED_EVERY.toMillis());
        properties.setSyncCommits(false);
        properties.setShutdownTimeout(Duration.ofSeconds(3).toMillis());
        ConcurrentMessageListenerContainer<byte[], byte[]> running =
                new ConcurrentMessageListenerContainer<>(new FreshConsumers(consumerSettings()), properties);
        running.setConcurrency(settings.consumers());
        running.setBeanName("inbox-projector");
        running.setCommonErrorHandler(forEver());
        running.setBatchInterceptor(new BeforePolls());
        running.start();
        container = running;
        started = true;
    }

    private static final class FreshConsumers extends DefaultKafkaConsumerFactory<byte[], byte[]> {

        FreshConsumers(Map<String, Object> settings) {
            super(settings);
        }

        @Override
        protected Consumer<byte[], byte[]> createRawConsumer(Map<String, Object> settings) {
            return new FreshConsumer(settings);
        }
    }

    private final class BeforePolls implements BatchInterceptor<byte[], byte[]> {

        @Override
        public void setupThreadState(Consumer<?, ?> consumer) {
            projector.beforePoll(consumer);
        }

        @Override
        public ConsumerRecords<byte[], byte[]> intercept(
                ConsumerRecords<byte[], byte[]> records, Consumer<byte[], byte[]> consumer) {
            return records;
        }
    }

    private Map<String, Object> consumerSettings() {
        Map<String, Object> consumer = settings.kafka().client();
        consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        consumer.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        consumer.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, settings.batchRecords());
        consumer.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
        consumer.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 2_000);
        if (!settings.instanceId().isEmpty()) {
            consumer.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, settings.instanceId());
        }
        return consumer;
    }

    /** Nothing is ever skipped: what fails is read again, soon at first, every 10 seconds in the end. */
    private static DefaultErrorHandler forEver() {
        ExponentialBackOff backOff = new ExponentialBackOff(100, 2.0);
        backOff.setMaxInterval(Duration.ofSeconds(10).toMillis());
        DefaultErrorHandler handler = new DefaultErrorHandler(backOff);
        handler.setClassifications(Map.of(), true);
        return handler;
    }

    @Override
    public List<String> waitingFor() {
        if (!started) {
            return List.of("inbox: kafka");
        }
        return List.of();
    }

    @Override
    public List<String> degraded() {
        return topicDeviations.isEmpty() ? List.of() : List.of("inbox: topics");
    }

    /** Where topics that were there are not what they should be. */
    public int topicDeviations() {
        return topicDeviations.size();
    }

    /** Ends within a few seconds. */
    @Override
    public void close() {
        projector.close();
        ConcurrentMessageListenerContainer<byte[], byte[]> running;
        synchronized (this) {
            closed = true;
            if (starter != null) {
                starter.interrupt();
            }
            running = container;
        }
        if (running != null) {
            running.stop();
        }
    }
}
