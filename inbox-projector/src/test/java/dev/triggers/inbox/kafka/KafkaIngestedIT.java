package dev.triggers.inbox.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.RateLimit;
import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.Submission;
import dev.triggers.common.wire.TopicCreation;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.IngestedLog.Ends;
import dev.triggers.inbox.IngestedLog.Entry;
import dev.triggers.inbox.IngestedLog.Outcomes;
import dev.triggers.inbox.IngestedLog.Run;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
class KafkaIngestedIT {

    private final RealBackends real;
    private final KafkaIngested log;

    KafkaIngestedIT(RealBackends real) {
        this.real = real;
        this.log = new KafkaIngested(KafkaConnection.to(real.kafkaBootstrap()));
    }

    @BeforeEach
    void topics() throws InterruptedException {
        TopicCreation.ensureAllWhenPossible(real.kafkaBootstrap(), 4, 1);
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Test
    void anOrgsPartitionIsWhereItsSubmissionsAre() throws Exception {
        try (var producer = producer(Map.of())) {
            for (int i = 0; i < 20; i++) {
                OrgId org = Events.newOrg();
                assertThat(log.partitionOf(org))
                        .isEqualTo(producer.send(submission(org)).get().partition());
            }
        }
    }

    @Test
    void aRunHoldsEachOffsetWithItsOrgThoseWithoutOneToo() throws Exception {
        try (var producer = producer(Map.of())) {
            OrgId org = Events.newOrg();
            RecordMetadata first = producer.send(submission(org)).get();
            int partition = first.partition();
            producer.send(new ProducerRecord<>(Topics.INGESTED.name(), partition, new byte[] {1}, new byte[] {1}))
                    .get();
            RecordMetadata last = producer.send(submission(org)).get();

            Run run = log.read(partition, first.offset(), log.ends(partition).end());

            assertThat(run.to()).isEqualTo(last.offset() + 1);
            assertThat(run.entries().stream().map(Entry::offset))
                    .containsExactly(first.offset(), first.offset() + 1, last.offset());
            assertThat(run.entries().getFirst().org()).contains(org);
            assertThat(run.entries().getFirst().at().toEpochMilli()).isEqualTo(first.timestamp());
            assertThat(run.entries().get(1).org()).isEmpty();
            assertThat(log.read(partition, first.offset(), first.offset()).entries())
                    .isEmpty();
        }
    }

    @Test
    void outcomesAreLeftUntilSomebodyIsPastAllThatWasThere() throws Exception {
        OrgId org = Events.newOrg();
        int partition = log.partitionOf(org);
        Ends before = log.ends(partition);
        try (var producer = producer(
                Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, UUID.randomUUID().toString()))) {
            producer.initTransactions();
            producer.beginTransaction();
            long position = producer.send(Topics.ACCEPTED.record(org, Events.accepted(org, 1)))
                            .get()
                            .offset()
                    + 1;
            long open = log.ends(partition).of(Outcomes.ACCEPTED);
            assertThat(open).isEqualTo(position);
            assertThat(log.nothingLeft(Outcomes.ACCEPTED, partition, before.of(Outcomes.ACCEPTED), open))
                    .isFalse();

            producer.commitTransaction();

            await().atMost(Duration.ofSeconds(30))
                    .until(() -> log.ends(partition).of(Outcomes.ACCEPTED) > position);
            long end = log.ends(partition).of(Outcomes.ACCEPTED);
            assertThat(log.nothingLeft(Outcomes.ACCEPTED, partition, position - 1, end))
                    .isFalse();
            assertThat(log.nothingLeft(Outcomes.ACCEPTED, partition, position, end))
                    .isTrue();
            assertThat(log.nothingLeft(
                            Outcomes.REJECTED, partition, before.of(Outcomes.REJECTED), before.of(Outcomes.REJECTED)))
                    .isTrue();
        }
    }

    private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> settings = new HashMap<>(more);
        settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, real.kafkaBootstrap());
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static ProducerRecord<byte[], byte[]> submission(OrgId org) {
        return Topics.INGESTED.record(
                org, new Submission(Events.accepted(org, 1).event(), Events.START, new Plan(1, RateLimit.UNLIMITED)));
    }
}
