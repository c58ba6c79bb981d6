package dev.triggers.common.wire;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the topics that are not there yet, with their settings from the table, and says where those that are there
 * differ from it. It never changes one: how many partitions, how long a record stays and how many copies there are is the
 * operator's to decide, and nothing that can be put right while everything else stands still.
 */
public final class TopicCreation {

    private static final Logger log = LoggerFactory.getLogger(TopicCreation.class);
    private static final long TIMEOUT_SECONDS = 30;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Duration ASK_AGAIN_AFTER = Duration.ofMillis(20);

    private final Admin admin;
    private final TopicRules rules;

    /** @param replicationFactor copies of each partition; with 3 or more, 2 of them must have a write before it counts */
    public TopicCreation(Admin admin, int partitions, int replicationFactor) {
        this.admin = admin;
        this.rules = new TopicRules(partitions, replicationFactor);
    }

    /** The same for a Kafka that asks nothing of its clients. */
    public static List<String> ensureAllWhenPossible(String kafkaBootstrap, int partitions, int replicationFactor)
            throws InterruptedException {
        return ensureAllWhenPossible(KafkaConnection.to(kafkaBootstrap), partitions, replicationFactor);
    }

    /**
     * Makes sure that all topics are there, waiting for Kafka for as long as it takes.
     *
     * @param partitions and {@code replicationFactor}: of topics that have to be created, and what others are held to
     * @return as {@link #ensure}
     */
    public static List<String> ensureAllWhenPossible(KafkaConnection kafka, int partitions, int replicationFactor)
            throws InterruptedException {
        Map<String, Object> settings = kafka.client();
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        while (true) {
            try (Admin admin = Admin.create(settings)) {
                return new TopicCreation(admin, partitions, replicationFactor).ensure(Topics.all());
            } catch (ExecutionException | TimeoutException | KafkaException e) {
                log.atWarn()
                        .addKeyValue("bootstrap", kafka.bootstrap())
                        .addKeyValue("cause", e.toString())
                        .log("topics not ready, trying again");
            }
            Thread.sleep(RETRY_AFTER);
        }
    }

    /**
     * Refuses topics that one broken disk could lose, unless this is a developer's machine. Throws {@link
     * IllegalArgumentException}.
     *
     * @param setting the setting's name, for the error
     * @param dev whether {@code triggers.dev} is set
     */
    public static void requireSafe(String setting, int replicationFactor, boolean dev) {
        if (!dev && replicationFactor < TopicRules.SAFE_REPLICATION) {
            throw new IllegalArgumentException(setting + ": " + replicationFactor + " (expected: "
                    + TopicRules.SAFE_REPLICATION + " and up, or triggers.dev=true)");
        }
    }

    /**
     * Idempotent, and safe on several instances at once; what it created takes records when it returns. Throws what Kafka
     * threw when it can not be done within 30 s.
     *
     * @return where those that were there are not what they should be, each as {@code topic setting: actual (expected:
     *     rule)}; logged as errors too
     */
    public List<String> ensure(Collection<Topic<?, ?>> topics)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<String, Topic<?, ?>> wanted = new HashMap<>();
        topics.forEach(topic -> wanted.put(topic.name(), topic));
        List<ExistingTopic> existing = new ArrayList<>(ExistingTopic.among(wanted.keySet(), admin));
        Map<String, Topic<?, ?>> missing = new HashMap<>(wanted);
        existing.forEach(topic -> missing.remove(topic.name()));
        List<ExistingTopic> others = ExistingTopic.among(create(missing.values()), admin);
        existing.addAll(others);
        Map<String, Integer> partitions = new HashMap<>();
        missing.keySet().forEach(name -> partitions.put(name, rules.partitions()));
        others.forEach(topic -> partitions.put(topic.name(), topic.partitions()));
        awaitLogs(partitions);
        List<String> deviations = new ArrayList<>();
        for (ExistingTopic topic : existing) {
            deviations.addAll(rules.brokenBy(topic, requireNonNull(wanted.get(topic.name()))));
        }
        deviations.forEach(
                deviation -> log.atError().addKeyValue("deviation", deviation).log("a topic is not what it should be"));
        return List.copyOf(deviations);
    }

    /** Answers the names of those that somebody else has created meanwhile, or that were only not seen yet. */
    private List<String> create(Collection<Topic<?, ?>> missing)
            throws ExecutionException, TimeoutException, InterruptedException {
        List<String> others = new ArrayList<>();
        Map<String, KafkaFuture<Void>> creations = admin.createTopics(
                        missing.stream().map(this::newTopic).toList())
                .values();
        for (Map.Entry<String, KafkaFuture<Void>> created : creations.entrySet()) {
            try {
                created.getValue().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
                others.add(created.getKey());
            }
        }
        return others;
    }

    /**
     * Until each partition answers for its log. That a topic was created is answered before its leaders know of it, and a
     * producer with several requests under way could then have the second one taken and the first refused for good. The
     * broker that is asked may not know the topic yet either; the client does not ask again by itself then.
     *
     * @param partitions how many, by topic
     */
    private void awaitLogs(Map<String, Integer> partitions)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, OffsetSpec> all = new HashMap<>();
        partitions.forEach((name, count) -> IntStream.range(0, count)
                .forEach(number -> all.put(new TopicPartition(name, number), OffsetSpec.latest())));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
        while (true) {
            try {
                admin.listOffsets(all).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException) || System.nanoTime() - end > 0) {
                    throw e;
                }
            }
            Thread.sleep(ASK_AGAIN_AFTER);
        }
    }

    private NewTopic newTopic(Topic<?, ?> topic) {
        Map<String, String> settings = new HashMap<>(topic.settings());
        settings.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, Integer.toString(rules.minInSyncReplicas()));
        return new NewTopic(topic.name(), rules.partitions(), (short) rules.replicationFactor()).configs(settings);
    }
}
