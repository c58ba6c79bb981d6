package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.PostgresAddress;
import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.disposition.Disposition.Acknowledged;
import dev.triggers.common.disposition.Disposition.Quarantined;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.TopicCreation;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.postgres.ProjectorInAnotherJvm.Stop;
import dev.triggers.inbox.projection.LogProjector;
import dev.triggers.inbox.projection.ProjectionMeters;
import dev.triggers.inbox.projection.ProjectorContainer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A projector is killed in the middle of a batch that it has copied into the tables. */
@ExtendWith(RealBackendsExtension.class)
class KilledProjectorIT {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int EVENTS = 200;

    private final OrgId org = Events.newOrg();
    private final InboxId inbox = InboxId.defaultOf(org);
    private final RealBackends real;

    KilledProjectorIT(RealBackends real) {
        this.real = real;
    }

    @ParameterizedTest
    @EnumSource
    void whatItHadCopiedStandsThereOnceAndNothingIsMissing(Stop stop) throws Exception {
        TopicCreation.ensureAllWhenPossible(real.kafkaBootstrap(), 4, 1);
        write();
        try (InboxRig rig = new InboxRig(real)) {
            killed(stop, rig);
            assertThat(count(rig)).isLessThan(EVENTS);

            ProjectionMeters meters = new ProjectionMeters(new SimpleMeterRegistry(), InstantSource.system());
            try (ProjectorContainer next = new ProjectorContainer(
                    ProjectorInAnotherJvm.settings(real.kafkaBootstrap()),
                    new LogProjector(rig.projection, meters, ProjectorInAnotherJvm.BATCH_RECORDS))) {
                next.start();
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(select(
                                        rig,
                                        "select open::text || quarantined from inbox.delivery where inbox = '" + inbox
                                                + "' order by lower(open)"))
                                .isEqualTo("[{[101,102)}true]"));
                await().atMost(SOON).until(() -> count(rig) == EVENTS);
            }

            assertThat(select(
                            rig,
                            "select count(distinct sequence), min(sequence), max(sequence) from inbox.event where org = '"
                                    + org + "'"))
                    .isEqualTo("[" + EVENTS + " 1 " + EVENTS + "]");
            assertThat(select(rig, "select sequence from inbox.head where org = '" + org + "'"))
                    .isEqualTo("[" + EVENTS + "]");
            assertThat(select(rig, "select sum(submissions) from inbox.hour where org = '" + org + "'"))
                    .as("the books count each once")
                    .isEqualTo("[" + EVENTS + "]");
            assertThat(select(rig, "select frontier from inbox.inbox where id = '" + inbox + "'"))
                    .isEqualTo("[101]");
        }
    }

    /**
     * One request at a time: a topic that was just made may refuse the first batch of several and take the second, and a broker
     * that has seen the second from a producer it did not know never takes the first.
     */
    private void write() {
        try (var producer = new KafkaProducer<byte[], byte[]>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        real.kafkaBootstrap(),
                        ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
                        1),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (long sequence = 1; sequence <= EVENTS; sequence++) {
                var _ = producer.send(Topics.ACCEPTED.record(org, Events.accepted(org, sequence)));
                if (sequence <= 100) {
                    var _ = producer.send(Topics.DISPOSITIONS.record(
                            org, new Acknowledged(org, inbox, Sequences.of(sequence), Events.START)));
                }
            }
            var _ = producer.send(
                    Topics.DISPOSITIONS.record(org, new Quarantined(org, inbox, Sequences.of(101), Events.START)));
        }
    }

    private void killed(Stop stop, InboxRig rig) throws Exception {
        PostgresAddress database = rig.address();
        try (ProjectorInAnotherJvm projector =
                ProjectorInAnotherJvm.start(real.kafkaBootstrap(), database.jdbcUrl(), database.password(), stop)) {
            projector.awaitStop();
            assertThat(select(
                            rig,
                            "select count(*) > 0 from pg_stat_activity where datname = current_database()"
                                    + " and usename = 'triggers_projector' and state = 'idle in transaction'"))
                    .as("a transaction is open where it stands")
                    .isEqualTo(stop == Stop.BETWEEN_COPY_AND_COMMIT ? "[t]" : "[f]");
            projector.kill();
        }
    }

    private long count(InboxRig rig) throws SQLException {
        return Long.parseLong(InboxRig.rows(rig.writer, "select count(*) from inbox.event where org = '" + org + "'")
                .getFirst());
    }

    private static String select(InboxRig rig, String sql) throws SQLException {
        return InboxRig.rows(rig.writer, sql).toString();
    }
}
