package dev.triggers.common.wire;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates the topics that are not there yet, with their settings from the table. Existing ones are left as they are. */
public final class TopicCreation {

    private static final Logger log = LoggerFactory.getLogger(TopicCreation.class);
    private static final int SAFE_REPLICATION = 3;
    private static final long TIMEOUT_SECONDS = 30;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Admin admin;
    private final int partitions;
    private final short replicationFactor;

    /** @param replicationFactor copies of each partition; with 3 or more, 2 of them must have a write before it counts */
    public TopicCreation(Admin admin, int partitions, int replicationFactor) {
        this.admin = admin;
        this.partitions = partitions;
        this.replicationFactor = (short) replicationFactor;
    }

    /**
     * Makes sure that all topics are there, waiting for Kafka for as long as it takes.
     *
     * @param partitions and {@code replicationFactor}: of topics that have to be created
     */
    public static void ensureAllWhenPossible(String kafkaBootstrap, int partitions, int replicationFactor)
            throws InterruptedException {
        while (true) {
            try (Admin admin = Admin.create(Map.<String, Object>of(
                    AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafkaBootstrap,
                    AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000,
                    AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000))) {
                new TopicCreation(admin, partitions, replicationFactor).ensure(Topics.all());
                return;
            } catch (ExecutionException | TimeoutException | KafkaException e) {
                log.atWarn()
                        .addKeyValue("bootstrap", kafkaBootstrap)
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
        if (!dev && replicationFactor < SAFE_REPLICATION) {
            throw new IllegalArgumentException(setting + ": " + replicationFactor + " (expected: " + SAFE_REPLICATION
                    + " and up, or triggers.dev=true)");
        }
    }

    /** Idempotent, and safe on several instances at once. Throws what Kafka threw when it can not be done within 30 s. */
    public void ensure(Collection<Topic<?, ?>> topics)
            throws ExecutionException, TimeoutException, InterruptedException {
        List<NewTopic> wanted = topics.stream().map(this::newTopic).toList();
        for (KafkaFuture<Void> created : admin.createTopics(wanted).values().values()) {
            try {
                created.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
    }

    private NewTopic newTopic(Topic<?, ?> topic) {
        Map<String, String> settings = new HashMap<>(topic.settings());
        settings.put("min.insync.replicas", replicationFactor >= SAFE_REPLICATION ? "2" : "1");
        return new NewTopic(topic.name(), partitions, replicationFactor).configs(settings);
    }
}
