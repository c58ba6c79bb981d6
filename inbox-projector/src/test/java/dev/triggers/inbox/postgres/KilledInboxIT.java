package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.PostgresAddress;
import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.TopicCreation;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.FakeInbox;
import dev.triggers.inbox.LeaseId;
import dev.triggers.inbox.LeasePolicy;
import dev.triggers.inbox.Leases;
import dev.triggers.inbox.Leases.Stats;
import dev.triggers.inbox.Message;
import dev.triggers.inbox.PageRequest.Filter;
import dev.triggers.inbox.kafka.KafkaDispositions;
import dev.triggers.inbox.postgres.InboxInAnotherJvm.Stop;
import dev.triggers.inbox.projection.LogProjector;
import dev.triggers.inbox.projection.ProjectionMeters;
import dev.triggers.inbox.projection.ProjectorContainer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An instance is killed with an acknowledgement in the log that nobody was answered. */
@ExtendWith(RealBackendsExtension.class)
class KilledInboxIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    private final RealBackends real;

    KilledInboxIT(RealBackends real) {
        this.real = real;
    }

    @ParameterizedTest
    @EnumSource
    void whatStandsInTheLogIsAcknowledgedAndARepeatIsHarmless(Stop stop) throws Exception {
        TopicCreation.ensureAllWhenPossible(real.kafkaBootstrap(), 4, 1);
        try (InboxRig rig = new InboxRig(real)) {
            OrgId org = Events.newOrg();
            InboxId inbox = InboxId.defaultOf(org);
            rig.project(LongStream.rangeClosed(1, 5)
                    .mapToObj(s -> Events.accepted(org, s))
                    .toList());
            LeaseId lease = killedAt(stop, rig, org);
            boolean committed = stop == Stop.BETWEEN_COMMIT_AND_ANSWER;

            try (KafkaDispositions log = new KafkaDispositions(KafkaConnection.to(real.kafkaBootstrap()));
                    ProjectorContainer container = projector(rig)) {
                Leases leases = new PostgresLeases(new InboxTurns(rig.reader, log), LeasePolicy.DEFAULT);
                assertThat(leases.stats(org, inbox).leased()).isEqualTo(committed ? 0 : 5);
                container.start();

                await().atMost(SOON)
                        .until(() -> leases.stats(org, inbox).equals(new Stats(0, 0, 0, Optional.empty(), 5, 5)));
                assertThat(leases.acknowledge(org, inbox, lease, Optional.empty()))
                        .extracting(Message::sequence)
                        .containsExactly(1L, 2L, 3L, 4L, 5L);
                assertThat(FakeInbox.sequences(rig.inbox(), org, Filter.ACKED)).hasSize(5);
            }
        }
    }

    private LeaseId killedAt(Stop stop, InboxRig rig, OrgId org) throws Exception {
        PostgresAddress database = rig.address();
        try (InboxInAnotherJvm other =
                InboxInAnotherJvm.start(real.kafkaBootstrap(), database.jdbcUrl(), database.password(), org, stop)) {
            LeaseId lease = new LeaseId(InboxId.defaultOf(org), other.awaitStop(), Sequences.between(1, 5));
            other.kill();
            return lease;
        }
    }

    private ProjectorContainer projector(InboxRig rig) {
        return new ProjectorContainer(
                new ProjectorContainer.Settings(KafkaConnection.to(real.kafkaBootstrap()), "", 1, 50, 4, 1),
                new LogProjector(
                        rig.projection, new ProjectionMeters(new SimpleMeterRegistry(), InstantSource.system())));
    }
}
