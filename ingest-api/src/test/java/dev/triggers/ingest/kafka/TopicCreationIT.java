package dev.triggers.ingest.kafka;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.wire.ExistingTopic;
import dev.triggers.common.wire.Topic;
import dev.triggers.common.wire.TopicCreation;
import dev.triggers.common.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Creation and check of topics on a real broker, under names that no other test has. */
@ExtendWith(RealBackendsExtension.class)
class TopicCreationIT {

    private final Admin admin;

    TopicCreationIT(RealBackends real) {
        admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, real.kafkaBootstrap()));
    }

    @AfterEach
    void close() {
        admin.close();
    }

    @Test
    void whatIsCreatedIsAsItShouldBeAndCreatingItAgainChangesNothing() throws Exception {
        List<Topic<?, ?>> topics = Topics.all().stream()
                .<Topic<?, ?>>map(topic -> renamed(topic, "creation-it.created-" + topic.name()))
                .toList();
        TopicCreation creation = new TopicCreation(admin, 2, 1);

        assertThat(creation.ensure(topics)).isEmpty();
        List<ExistingTopic> created = existing(topics);
        assertThat(creation.ensure(topics)).isEmpty();

        assertThat(existing(topics))
                .containsExactlyInAnyOrderElementsOf(created)
                .hasSameSizeAs(topics);
    }

    @Test
    void whatIsThereIsHeldToTheTableAndLeftAsItIs() throws Exception {
        Topic<?, ?> wanted = renamed(Topics.INGESTED, "creation-it.found");
        Topic<?, ?> missing = renamed(Topics.ACCEPTED, "creation-it.missing");
        admin.createTopics(List.of(new NewTopic(wanted.name(), 3, (short) 1)
                        .configs(Map.of("retention.ms", "60000", "cleanup.policy", "compact"))))
                .all()
                .get(10, SECONDS);
        List<ExistingTopic> before = existing(List.of(wanted));

        List<String> deviations = new TopicCreation(admin, 2, 1).ensure(List.of(wanted, missing));

        assertThat(deviations)
                .containsExactlyInAnyOrder(
                        "creation-it.found partitions: 3 (expected: 2)",
                        "creation-it.found cleanup.policy: compact (expected: delete)",
                        "creation-it.found message.timestamp.type: CreateTime (expected: LogAppendTime)",
                        "creation-it.found retention.ms: 60000 (expected: 604800000 and up, or -1)");
        assertThat(existing(List.of(wanted))).isEqualTo(before);
        assertThat(existing(List.of(missing)))
                .singleElement()
                .satisfies(topic -> assertThat(topic.retention()).hasValue(Duration.ofDays(31)));
    }

    @Test
    void tooFewCopiesAreSaidWhereThreeAreWanted() throws Exception {
        Topic<?, ?> single = renamed(Topics.ACCEPTED, "creation-it.single");
        new TopicCreation(admin, 2, 1).ensure(List.of(single));
        assertThat(existing(List.of(single))).hasSize(1);

        assertThat(new TopicCreation(admin, 2, 3).ensure(List.of(single)))
                .containsExactlyInAnyOrder(
                        "creation-it.single replicas: 1 (expected: 3 and up)",
                        "creation-it.single min.insync.replicas: 1 (expected: 2 and up)");
    }

    /** Once the broker knows of all of them: that a topic was created is answered a moment before. */
    private List<ExistingTopic> existing(List<Topic<?, ?>> topics) {
        List<String> names = topics.stream().map(Topic::name).toList();
        return await().until(() -> ExistingTopic.among(names, admin), all -> all.size() == names.size());
    }

    private static <K, V> Topic<K, V> renamed(Topic<K, V> topic, String name) {
        return new Topic<>(
                name, topic.keySerde(), topic.wire(), topic.partitions(), topic.settings(), topic.contract());
    }
}
