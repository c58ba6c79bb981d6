package dev.triggers.common.wire;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * A topic as the cluster has it, whoever created it.
 *
 * @param replicationFactor of the partition with the fewest copies
 * @param settings all that are in effect, defaults among them, by Kafka's names; absent where this client may not ask
 */
public record ExistingTopic(
        String name, int partitions, int replicationFactor, Optional<Map<String, String>> settings) {

    private static final long TIMEOUT_SECONDS = 30;

    /**
     * Those of the named ones that exist, in no order. Throws what Kafka threw when it does not answer within 30 s.
     */
    public static List<ExistingTopic> among(Collection<String> names, Admin admin)
            throws ExecutionException, TimeoutException, InterruptedException {
        List<TopicDescription> descriptions = new ArrayList<>();
        for (KafkaFuture<TopicDescription> found :
                admin.describeTopics(names).topicNameValues().values()) {
            answer(found, UnknownTopicOrPartitionException.class).ifPresent(descriptions::add);
        }
        Map<ConfigResource, KafkaFuture<Config>> configs = admin.describeConfigs(descriptions.stream()
                        .map(description -> resource(description.name()))
                        .toList())
                .values();
        List<ExistingTopic> topics = new ArrayList<>();
        for (TopicDescription description : descriptions) {
            Optional<Config> config = answer(
                    requireNonNull(configs.get(resource(description.name()))), TopicAuthorizationException.class);
            topics.add(of(description, config));
        }
        return topics;
    }

    /** How long its records stay at least by time alone. Absent: for ever. Throws {@link IllegalStateException} when unknown. */
    public Optional<Duration> retention() {
        String millis = settings.orElseThrow(() -> new IllegalStateException(name + ": settings not readable"))
                .getOrDefault(TopicConfig.RETENTION_MS_CONFIG, "-1");
        return Optional.of(Duration.ofMillis(Long.parseLong(millis))).filter(time -> !time.isNegative());
    }

    private static ExistingTopic of(TopicDescription description, Optional<Config> config) {
        int copies = description.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .min()
                .orElse(0);
        return new ExistingTopic(
                description.name(), description.partitions().size(), copies, config.map(ExistingTopic::settings));
    }

    private static Map<String, String> settings(Config config) {
        Map<String, String> settings = new HashMap<>();
        for (ConfigEntry entry : config.entries()) {
            if (entry.value() != null) {
                settings.put(entry.name(), entry.value());
            }
        }
        return Map.copyOf(settings);
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    /** Absent where the answer is this failure. */
    private static <T> Optional<T> answer(KafkaFuture<T> answer, Class<? extends Exception> absence)
            throws ExecutionException, TimeoutException, InterruptedException {
        try {
            return Optional.of(answer.get(TIMEOUT_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            if (absence.isInstance(e.getCause())) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
