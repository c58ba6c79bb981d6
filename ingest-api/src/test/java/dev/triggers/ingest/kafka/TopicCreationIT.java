package dev.triggers.ingest.kafka;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.wire.ExistingTopic;
import dev.triggers.common.wire.Topic;
import dev.triggers.common.wire.TopicCreation;
import dev.triggers.common.wire.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Creation and check of topics on a real broker, under names that no other test has. */
@ExtendWith(RealBackendsExtension.class)
class TopicCreationIT {

    private static final int PARTITIONS = 12;

    private final RealBackends real;
    private final Admin admin;

    TopicCreationIT(RealBackends real) {
        this.real = real;
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

    /** The first batch of a producer that has several under way is not refused by a partition that is not there yet. */
    @Test
    void whatIsCreatedTakesTheFirstRecordsInOrder() throws Exception {
        for (int round = 0; round < 10; round++) {
            String name = "creation-it.first-" + round;
            new TopicCreation(admin, PARTITIONS, 1).ensure(List.of(renamed(Topics.INGESTED, name)));
            assertThat(refused(name)).as(name).isZero();
        }
    }

    /** How many of the first requests the broker refuses, retried or not. */
    private double refused(String topic) throws Exception {
        try (KafkaProducer<String, String> producer = producer()) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int number = 0; number < 10 * PARTITIONS; number++) {
                sent.add(producer.send(new ProducerRecord<>(topic, number % PARTITIONS, "", Integer.toString(number))));
            }
            for (Future<RecordMetadata> each : sent) {
                each.get(10, SECONDS);
            }
            return total(producer, "record-retry-total") + total(producer, "record-error-total");
        }
    }

    private KafkaProducer<String, String> producer() {
        return new KafkaProducer<>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, real.kafkaBootstrap()),
                new StringSerializer(),
                new StringSerializer());
    }

    private static double total(KafkaProducer<?, ?> producer, String name) {
        return producer.metrics().values().stream()
                .filter(metric -> metric.metricName().group().equals("producer-metrics"))
                .filter(metric -> metric.metricName().name().equals(name))
                .mapToDouble(metric -> (double) metric.metricValue())
                .sum();
    }

    private List<ExistingTopic> existing(List<Topic<?, ?>> topics) throws Exception {
        return ExistingTopic.among(topics.stream().map(Topic::name).toList(), admin);
    }

    private static <K, V> Topic<K, V> renamed(Topic<K, V> topic, String name) {
        return new Topic<>(
                name, topic.keySerde(), topic.wire(), topic.partitions(), topic.settings(), topic.contract());
    }
}
