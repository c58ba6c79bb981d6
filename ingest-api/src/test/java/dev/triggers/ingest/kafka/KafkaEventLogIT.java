package dev.triggers.ingest.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.triggers.access.Scope;
import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Submission;
import dev.triggers.common.wire.Topic;
import dev.triggers.common.wire.Topics;
import dev.triggers.ingest.EventLog;
import dev.triggers.ingest.EventLogContract;
import dev.triggers.ingest.Events;
import dev.triggers.ingest.LogUnavailable;
import dev.triggers.ingest.OutcomeUnknown;
import dev.triggers.ingest.SubmissionTooLarge;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class KafkaEventLogIT extends EventLogContract {

    private static final Duration BOUND = Duration.ofSeconds(30);

    private String bootstrap;
    private KafkaEventLog log;

    @BeforeAll
    void open(RealBackends backends) {
        bootstrap = backends.kafkaBootstrap();
        log = new KafkaEventLog(settings(bootstrap));
        log.start();
        await().atMost(Duration.ofSeconds(30)).until(log::open);
    }

    @AfterAll
    void close() {
        log.close();
    }

    @Override
    protected EventLog log() {
        return log;
    }

    @Override
    protected Submission at(Receipt receipt) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        TopicPartition partition = new TopicPartition(Topics.INGESTED.name(), receipt.partition());
        try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, receipt.offset());
            ConsumerRecords<byte[], byte[]> records =
                    await().until(() -> consumer.poll(Duration.ofMillis(500)), polled -> !polled.isEmpty());
            return (Submission) Topics.INGESTED.read(records.iterator().next());
        }
    }

    @Test
    void missingTopicsAreCreatedWithTheTablesSettings() throws Exception {
        ConfigResource ingested = new ConfigResource(ConfigResource.Type.TOPIC, Topics.INGESTED.name());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            var topics = admin.describeTopics(
                            Topics.all().stream().map(Topic::name).toList())
                    .allTopicNames()
                    .get();
            var config = admin.describeConfigs(List.of(ingested)).values().get(ingested);

            assertThat(topics.values())
                    .allSatisfy(topic -> assertThat(topic.partitions()).hasSize(12));
            Config settings = Objects.requireNonNull(config).get();
            assertThat(settings.get("message.timestamp.type").value()).isEqualTo("LogAppendTime");
            assertThat(settings.get("retention.ms").value())
                    .isEqualTo(Long.toString(Duration.ofDays(7).toMillis()));
        }
    }

    @Test
    void aKafkaNeverSeenIsUnavailableAtOnce() {
        try (KafkaEventLog away = new KafkaEventLog(settings("127.0.0.1:1"))) {
            away.start();

            assertThatThrownBy(() -> away.append(submission("{}")).join()).hasCauseInstanceOf(LogUnavailable.class);
            assertThat(away.open()).isFalse();
        }
    }

    @Test
    void aRecordTheLogDoesNotTakeIsTooLarge() {
        assertThatThrownBy(() -> log.append(submission("{\"a\":\"" + "x".repeat(2_000_000) + "\"}"))
                        .join())
                .hasCauseInstanceOf(SubmissionTooLarge.class);
        assertThat(log.failing()).isFalse();
    }

    @Test
    void whenKafkaGoesAwayAnAppendIsGivenUpAndItMendsByItself(RealBackends backends) {
        log.append(submission("{}")).join();
        backends.kafka().stop();
        try {
            assertThat(log.append(submission("{}")))
                    .failsWithin(BOUND)
                    .withThrowableOfType(ExecutionException.class)
                    .satisfies(
                            e -> assertThat(e.getCause()).isInstanceOfAny(LogUnavailable.class, OutcomeUnknown.class));

            assertThat(log.failing()).isTrue();
            assertThat(log.open()).isTrue();
        } finally {
            backends.kafka().start();
        }
        await().atMost(BOUND)
                .untilAsserted(() -> assertThat(log.append(submission("{}"))).succeedsWithin(BOUND));
        assertThat(log.failing()).isFalse();
    }

    private static Submission submission(String data) {
        return Events.submission(Events.caller(Scope.EVENTS_WRITE).org(), data);
    }

    private static KafkaLogSettings settings(String bootstrap) {
        return new KafkaLogSettings(
                bootstrap,
                12,
                1,
                Duration.ofMillis(600),
                Duration.ofMillis(1_300),
                Duration.ofMillis(1_200),
                Duration.ofMillis(1),
                CompressionType.LZ4,
                65_536,
                67_108_864,
                Map.of());
    }
}
