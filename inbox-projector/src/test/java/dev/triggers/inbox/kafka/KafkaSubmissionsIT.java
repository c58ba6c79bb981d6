package dev.triggers.inbox.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Start;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.RateLimit;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.Ingested;
import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.Marker;
import dev.triggers.common.wire.Submission;
import dev.triggers.common.wire.TopicCreation;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.InboxUnavailable;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
class KafkaSubmissionsIT {

    private final RealBackends real;
    private final OrgId org = Events.newOrg();
    private final KafkaSubmissions submissions;

    KafkaSubmissionsIT(RealBackends real) {
        this.real = real;
        this.submissions = new KafkaSubmissions(KafkaConnection.to(real.kafkaBootstrap()));
    }

    @BeforeEach
    void topics() throws InterruptedException {
        TopicCreation.ensureAllWhenPossible(real.kafkaBootstrap(), 4, 1);
    }

    @AfterEach
    void close() {
        submissions.close();
    }

    @Test
    void aSubmissionIsFoundWhereItsReceiptSays() throws Exception {
        Accepted event = Events.accepted(org, 1);
        Receipt first = submit(event);
        submit(Events.accepted(Events.newOrg(), 1));

        assertThat(submissions.at(first)).hasValueSatisfying(entry -> {
            assertThat(entry.org()).contains(org);
            assertThat(entry.id()).contains(event.event().id());
        });
    }

    @Test
    void aMarkerOfAnInboxIsNoSubmission() throws Exception {
        submit(Events.accepted(org, 1));
        Receipt marker = append(new Marker(org, InboxId.defaultOf(org), 1, Marker.Kind.BEGAN, Start.NOW, Events.START));

        assertThat(submissions.at(marker)).isEmpty();
    }

    @Test
    void whatIsNotThereYetIsNotFound() throws Exception {
        Receipt last = submit(Events.accepted(org, 1));

        assertThat(submissions.at(new Receipt(last.partition(), last.offset() + 1)))
                .isEmpty();
        assertThat(submissions.at(new Receipt(9_999, 0))).isEmpty();
    }

    @Test
    void aLogThatIsAwayIsNotTakenForNotFound() throws Exception {
        Receipt receipt = submit(Events.accepted(org, 1));
        real.kafka().stop();
        try {
            assertThatThrownBy(() -> submissions.at(receipt)).isInstanceOf(InboxUnavailable.class);
        } finally {
            real.kafka().start();
        }
        assertThat(submissions.at(receipt)).isPresent();
    }

    private Receipt submit(Accepted event) throws Exception {
        return append(new Submission(event.event(), Events.START, new Plan(1, RateLimit.UNLIMITED)));
    }

    private Receipt append(Ingested ingested) throws Exception {
        try (var producer = new KafkaProducer<byte[], byte[]>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, real.kafkaBootstrap()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            RecordMetadata at = producer.send(Topics.INGESTED.record(orgOf(ingested), ingested))
                    .get();
            return new Receipt(at.partition(), at.offset());
        }
    }

    private static OrgId orgOf(Ingested ingested) {
        return switch (ingested) {
            case Submission submission -> submission.event().org();
            case Marker marker -> marker.org();
        };
    }
}
