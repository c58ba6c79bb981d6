package dev.triggers.inbox.projection;

import dev.triggers.common.about.Readiness;
import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches that the log keeps at least what the tables keep, since they are built again from it. Where it does not, the
 * service serves all the same and says so: it is {@code degraded}.
 */
public final class LogRetention implements Readiness, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LogRetention.class);
    private static final Duration LOOK_EVERY = Duration.ofHours(1);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final long TIMEOUT_SECONDS = 10;
    private static final String FOR_EVER = "-1";

    private final KafkaConnection kafka;
    private final Duration kept;
    private volatile List<String> tooShort = List.of();
    private @Nullable Thread thread;

    /** @param kept how long the tables keep events */
    public LogRetention(KafkaConnection kafka, Duration kept) {
        this.kafka = kafka;
        this.kept = kept;
    }

    /** Begins in the background, waiting for Kafka and for the topics for as long as it takes. */
    public synchronized void start() {
        thread = Thread.ofPlatform().daemon().name("inbox-log-retention").start(this::watch);
    }

    private void watch() {
        try {
            while (true) {
                Thread.sleep(look() ? LOOK_EVERY : RETRY_AFTER);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean look() throws InterruptedException {
        try {
            List<String> found = tooShort();
            if (!found.isEmpty()) {
                log.atError()
                        .addKeyValue("topics", found)
                        .log("the log keeps less than the tables: what is built again from it would be incomplete");
            }
            tooShort = found;
            return true;
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            log.atDebug().addKeyValue("cause", e.toString()).log("retention of the topics not known yet");
            return false;
        }
    }

    /** What is deleted from the log sooner than from the tables, asked now, as {@code topic setting: actual (expected: rule)}. */
    public List<String> tooShort() throws ExecutionException, TimeoutException, InterruptedException {
        List<ConfigResource> topics = Books.TOPICS.stream()
                .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.name()))
                .toList();
        Map<String, Object> settings = kafka.client();
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 8_000);
        try (Admin admin = Admin.create(settings)) {
            Map<ConfigResource, Config> configs =
                    admin.describeConfigs(topics).all().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
            List<String> found = new ArrayList<>();
            for (ConfigResource topic : topics) {
                Config config = configs.get(topic);
                if (config != null) {
                    found.addAll(tooShort(topic.name().substring(Topic.PREFIX.length()), config));
                }
            }
            return found;
        }
    }

    List<String> tooShort(String topic, Config config) {
        List<String> found = new ArrayList<>();
        String millis = value(config, TopicConfig.RETENTION_MS_CONFIG);
        if (!millis.equals(FOR_EVER) && Long.parseLong(millis) < kept.toMillis()) {
            found.add(topic + " " + TopicConfig.RETENTION_MS_CONFIG + ": " + millis + " (expected: " + kept.toMillis()
                    + " and up)");
        }
        String bytes = value(config, TopicConfig.RETENTION_BYTES_CONFIG);
        if (!bytes.equals(FOR_EVER)) {
            found.add(topic + " " + TopicConfig.RETENTION_BYTES_CONFIG + ": " + bytes + " (expected: -1)");
        }
        String policy = value(config, TopicConfig.CLEANUP_POLICY_CONFIG);
        if (policy.contains(TopicConfig.CLEANUP_POLICY_COMPACT)) {
            found.add(topic + " " + TopicConfig.CLEANUP_POLICY_CONFIG + ": " + policy + " (expected: delete)");
        }
        return found;
    }

    private static String value(Config config, String name) {
        ConfigEntry entry = config.get(name);
        return entry == null || entry.value() == null ? FOR_EVER : entry.value();
    }

    @Override
    public List<String> waitingFor() {
        return List.of();
    }

    /** One word a topic that is too short, since the answer is read by people; the log has the numbers. */
    @Override
    public List<String> degraded() {
        return tooShort.stream()
                .map(found -> "log retention of " + found.substring(0, found.indexOf(':')))
                .toList();
    }

    /** How many settings of topics are too short. */
    public int faults() {
        return tooShort.size();
    }

    @Override
    public synchronized void close() {
        if (thread != null) {
            thread.interrupt();
        }
    }
}
