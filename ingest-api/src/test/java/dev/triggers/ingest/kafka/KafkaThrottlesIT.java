package dev.triggers.ingest.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.Throttle;
import dev.triggers.common.wire.TopicCreation;
import dev.triggers.common.wire.Topics;
import dev.triggers.ingest.Holds;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
@TestMethodOrder(OrderAnnotation.class)
class KafkaThrottlesIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration WAIT = Duration.ofSeconds(60);

    private final OrgId org = new OrgId(UUID.randomUUID());
    private RealBackends real;

    @BeforeAll
    void open(RealBackends backends) {
        real = backends;
    }

    /** What an instance was told, the latest of each org. */
    private static final class Told implements Holds {

        private final Map<OrgId, Duration> latest = new ConcurrentHashMap<>();

        @Override
        public void hold(OrgId org, Duration remaining) {
            latest.put(org, remaining);
        }

        Duration of(OrgId org) {
            return Objects.requireNonNullElse(latest.get(org), Duration.ofMillis(-1));
        }
    }

    @Test
    @Order(1)
    void aTopicThatComesLaterIsWaitedFor() throws Exception {
        Told told = new Told();
        removeTopic();
        try (KafkaThrottles throttles = reading(told, Duration.ZERO)) {
            assertThat(throttles.readToItsEnd()).isFalse();

            TopicCreation.ensureAllWhenPossible(real.kafkaBootstrap(), 12, 1);

            await().atMost(SOON).until(throttles::readToItsEnd);
            write(record(WAIT));
            await().atMost(SOON).until(() -> told.of(org).isPositive());
        }
    }

    @Test
    @Order(2)
    void whoeverBeginsLaterKnowsTheLatestOfEachOrgBeforeItIsReady() {
        OrgId other = new OrgId(UUID.randomUUID());
        write(record(WAIT), record(WAIT.plusSeconds(1)));
        write(Topics.THROTTLED.record(other, new Throttle(WAIT)));
        Told told = new Told();
        try (KafkaThrottles throttles = reading(told, Duration.ZERO)) {
            await().atMost(SOON).until(throttles::readToItsEnd);

            assertThat(told.of(org)).isBetween(WAIT.minusSeconds(20), WAIT.plusSeconds(1));
            assertThat(told.of(other)).isBetween(WAIT.minusSeconds(20), WAIT);
        }
    }

    @Test
    void anOldWaitDoesNotStartAnew() {
        write(record(WAIT));
        Told told = new Told();
        try (KafkaThrottles throttles = reading(told, Duration.ofSeconds(50))) {
            await().atMost(SOON).until(throttles::readToItsEnd);

            assertThat(told.of(org)).isBetween(Duration.ZERO, Duration.ofSeconds(10));
        }
        try (KafkaThrottles throttles = reading(told, WAIT)) {
            await().atMost(SOON).until(throttles::readToItsEnd);

            assertThat(told.of(org)).isZero();
        }
    }

    @Test
    void clocksThatDifferDoNotChangeAWaitThatArrivesAsItIsTold() {
        for (Duration ahead : List.of(Duration.ofHours(48), Duration.ofHours(-48))) {
            Told told = new Told();
            try (KafkaThrottles throttles = reading(told, ahead)) {
                await().atMost(SOON).until(throttles::readToItsEnd);
                told.latest.clear();

                write(record(WAIT));

                await().atMost(SOON).until(() -> told.latest.containsKey(org));
                assertThat(told.of(org)).isBetween(WAIT.minusSeconds(20), WAIT);
            }
        }
    }

    @Test
    void aRecordWithoutAValueEndsTheWaitAndOneThatCannotBeReadIsPassedOver() {
        Told told = new Told();
        try (KafkaThrottles throttles = reading(told, Duration.ZERO)) {
            await().atMost(SOON).until(throttles::readToItsEnd);
            write(record(WAIT));
            await().atMost(SOON).until(() -> told.of(org).isPositive());

            byte[] key = record(WAIT).key();
            write(new ProducerRecord<>(Topics.THROTTLED.name(), "nobody".getBytes(UTF_8), "1".getBytes(UTF_8)));
            write(new ProducerRecord<>(Topics.THROTTLED.name(), key, "soon".getBytes(UTF_8)));
            write(new ProducerRecord<>(Topics.THROTTLED.name(), key, null));

            await().atMost(SOON).until(() -> told.of(org).isZero());
        }
    }

    @Test
    void whatIsNotCommittedIsNotTold() {
        Told told = new Told();
        OrgId committed = new OrgId(UUID.randomUUID());
        try (KafkaThrottles throttles = reading(told, Duration.ZERO);
                KafkaProducer<byte[], byte[]> producer = producer(Map.of("transactional.id", "throttles"))) {
            await().atMost(SOON).until(throttles::readToItsEnd);
            told.latest.clear();
            producer.initTransactions();
            producer.beginTransaction();
            var _ = producer.send(record(WAIT));
            producer.flush();
            producer.abortTransaction();
            producer.beginTransaction();
            var _ = producer.send(Topics.THROTTLED.record(committed, new Throttle(WAIT)));
            producer.commitTransaction();

            await().atMost(SOON).until(() -> told.latest.containsKey(committed));
            assertThat(told.latest).doesNotContainKey(org);
        }
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void itGoesOnAfterKafkaWasAway() {
        Told told = new Told();
        try (KafkaThrottles throttles = reading(told, Duration.ZERO)) {
            await().atMost(SOON).until(throttles::readToItsEnd);
            real.kafka().stop();
            real.kafka().start();
            told.latest.clear();

            write(record(WAIT));

            await().atMost(SOON).until(() -> told.of(org).isPositive());
            assertThat(throttles.readToItsEnd()).isTrue();
        }
    }

    private void removeTopic() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", real.kafkaBootstrap()))) {
            if (admin.listTopics().names().get().contains(Topics.THROTTLED.name())) {
                admin.deleteTopics(List.of(Topics.THROTTLED.name())).all().get();
            }
            await().atMost(SOON).until(() -> !admin.listTopics().names().get().contains(Topics.THROTTLED.name()));
        }
    }

    private KafkaThrottles reading(Holds holds, Duration ahead) {
        InstantSource clock = () -> Instant.now().plus(ahead);
        KafkaThrottles throttles = new KafkaThrottles(settings(), holds, clock);
        throttles.start();
        return throttles;
    }

    private ProducerRecord<byte[], byte[]> record(Duration remaining) {
        return Topics.THROTTLED.record(org, new Throttle(remaining));
    }

    @SafeVarargs
    private void write(ProducerRecord<byte[], byte[]>... records) {
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of())) {
            for (ProducerRecord<byte[], byte[]> record : records) {
                await().atMost(SOON).until(() -> producer.send(record).get().hasOffset());
            }
        }
    }

    private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, real.kafkaBootstrap());
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private KafkaLogSettings settings() {
        return new KafkaLogSettings(
                real.kafkaBootstrap(),
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
