package dev.triggers.common.wire;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates the topics that are not there yet, with their settings from the table. Existing ones are left as they are. */
public final class TopicCreation {

    private static final long TIMEOUT_SECONDS = 30;

    private final Admin admin;
    private final int partitions;
    private final short replicationFactor;

    /** @param replicationFactor copies of each partition; with 3 or more, 2 of them must have a write before it counts */
    public TopicCreation(Admin admin, int partitions, int replicationFactor) {
        this.admin = admin;
        this.partitions = partitions;
        this.replicationFactor = (short) replicationFactor;
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
        settings.put("min.insync.replicas", replicationFactor >= 3 ? "2" : "1");
        return new NewTopic(topic.name(), partitions, replicationFactor).configs(settings);
    }
}
