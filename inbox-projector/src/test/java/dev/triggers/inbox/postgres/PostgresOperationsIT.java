package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.Disposition.Purged;
import dev.triggers.common.disposition.Disposition.Redriven;
import dev.triggers.common.disposition.Disposition.Replayed;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.Accepted;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.FakeInbox;
import dev.triggers.inbox.LeasePolicy;
import dev.triggers.inbox.Leases;
import dev.triggers.inbox.Leases.Lease;
import dev.triggers.inbox.Message;
import dev.triggers.inbox.MessageId;
import dev.triggers.inbox.Operations;
import dev.triggers.inbox.Operations.Asker;
import dev.triggers.inbox.Operations.From.FromSequence;
import dev.triggers.inbox.Operations.From.FromTime;
import dev.triggers.inbox.Operations.Kind;
import dev.triggers.inbox.Operations.Operation;
import dev.triggers.inbox.Operations.Place;
import dev.triggers.inbox.Operations.Result;
import dev.triggers.inbox.PageRequest.Filter;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
class PostgresOperationsIT {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final String KEY = "AbCdEfGh";

    private static InboxRig rig;

    private final OrgId org = Events.newOrg();
    private final InboxId inbox = InboxId.defaultOf(org);
    private final Leases leases = new PostgresLeases(new InboxTurns(rig().reader, rig().log::add), LeasePolicy.DEFAULT);
    private final Operations operations = new PostgresOperations(rig().reader, rig().log::add);

    @BeforeAll
    static void start(RealBackends real) {
        rig = new InboxRig(real);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    /** As it stands once all have begun. */
    private static InboxRig rig() {
        return rig;
    }

    @BeforeEach
    void nothingLogged() {
        rig.log.clear();
    }

    @Test
    void whatIsRedrivenIsLeasedAgainAsIfForTheFirstTimeOnceApplied() {
        arrive(3);
        leases.reject(org, inbox, lease(3).id(), Optional.empty());

        Result result = operations.redrive(org, inbox, messages(2), new Asker(KEY));
        assertThat(leases.lease(org, inbox, 3, MINUTE)).isEmpty();
        applyLog();

        Lease again = lease(3);
        assertThat(sequences(again)).containsExactly(2L);
        assertThat(again.messages().getFirst().leaseCount()).isEqualTo(1);
        assertThat(leases.stats(org, inbox).quarantined()).isEqualTo(2);
        assertThat(rig.log.getLast()).isInstanceOf(Redriven.class);
        assertThat(result.remaining()).isZero();
    }

    @Test
    void allThatIsQuarantinedIsRedrivenWhereNothingIsNamed() {
        arrive(4);
        leases.reject(org, inbox, lease(3).id(), Optional.empty());

        operations.redrive(org, inbox, Optional.empty(), new Asker(KEY));
        applyLog();

        assertThat(sequences(lease(10))).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void whatIsNotQuarantinedIsPassedOverAndNothingIsLogged() {
        arrive(2);
        lease(2);
        rig.log.clear();

        Result result = operations.redrive(org, inbox, messages(1, 2), new Asker(KEY));

        assertThat(result).isEqualTo(new Result(Optional.empty(), 0));
        assertThat(rig.log).isEmpty();
    }

    @Test
    void aReplayOpensWhatWasDoneAndLeavesWhatIsOpen() {
        arrive(6);
        Lease lease = lease(5);
        leases.acknowledge(org, inbox, lease.id(), messages(1, 2, 3));
        leases.reject(org, inbox, lease.id(), messages(4));

        Operation replayed = operations
                .replay(org, inbox, new FromSequence(2), new Asker(KEY))
                .operation()
                .orElseThrow();
        assertThat(replayed.appliedAt()).isEmpty();
        applyLog();

        assertThat(open()).containsExactly(2L, 3L, 4L, 5L, 6L);
        assertThat(sequences(lease(10))).containsExactly(2L, 3L, 6L);
        assertThat(leases.stats(org, inbox).frontier()).isEqualTo(6);
        assertThat(rig.log.getLast()).isInstanceOf(Replayed.class);
        assertThat(operations.find(org, inbox, replayed.id()).orElseThrow().appliedAt())
                .isPresent();
    }

    @Test
    void aReplayFromATimeBeginsWithTheFirstThatWasAcceptedThen() {
        arrive(5);
        leases.acknowledge(org, inbox, lease(5).id(), Optional.empty());

        operations.replay(org, inbox, new FromTime(Events.START.plusMillis(4)), new Asker(KEY));
        applyLog();

        assertThat(open()).containsExactly(4L, 5L);
        assertThat(operations
                        .replay(org, inbox, new FromTime(Events.START.plusSeconds(9)), new Asker(KEY))
                        .operation())
                .isEmpty();
    }

    @Test
    void whatIsAcknowledgedBetweenAReplayAndItsApplicationIsNeverShownAgain() {
        arrive(4);
        Lease lease = lease(4);
        leases.acknowledge(org, inbox, lease.id(), messages(1, 2));
        operations.replay(org, inbox, new FromSequence(1), new Asker(KEY));
        leases.acknowledge(org, inbox, lease.id(), messages(3));
        List<Disposition> log = List.copyOf(rig.log);

        rig.project(List.of(), List.of(), log.subList(0, 2));
        assertThat(open()).containsExactly(1L, 2L, 4L);
        rig.project(List.of(), List.of(), log.subList(2, 3));

        assertThat(open()).containsExactly(1L, 2L, 4L);
    }

    @Test
    void whatIsAcknowledgedBehindAReplayIsClosedAgainInTheSameBatch() {
        arrive(4);
        Lease lease = lease(4);
        leases.acknowledge(org, inbox, lease.id(), messages(1, 2));
        operations.replay(org, inbox, new FromSequence(1), new Asker(KEY));
        leases.acknowledge(org, inbox, lease.id(), messages(3));
        Disposition again = rig.log.getFirst();

        rig.project(List.of(), List.of(), List.of(again, rig.log.get(1), again, rig.log.get(2)));

        assertThat(open()).containsExactly(4L);
    }

    @Test
    void anAcknowledgementThatTookEffectIsPassedOverWhileSomebodyHoldsTheInbox() throws Exception {
        arrive(4);
        leases.acknowledge(org, inbox, lease(3).id(), Optional.empty());
        try (Connection holder = rig.owner.getConnection();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("select from inbox.inbox where id = '" + inbox + "' for update");
            assertTimeoutPreemptively(Duration.ofSeconds(20), this::applyLog);
            holder.rollback();
        }
        assertThat(open()).containsExactly(4L);
    }

    @Test
    void ofTwoReplaysTheSecondOpensWhatWasAcknowledgedBetweenThem() {
        arrive(2);
        Lease lease = lease(2);
        operations.replay(org, inbox, new FromSequence(1), new Asker(KEY));
        leases.acknowledge(org, inbox, lease.id(), messages(1));
        operations.replay(org, inbox, new FromSequence(1), new Asker(KEY));
        List<Disposition> log = List.copyOf(rig.log);

        rig.project(List.of(), List.of(), log.subList(0, 1));
        assertThat(open()).containsExactly(2L);
        rig.project(List.of(), List.of(), log.subList(1, 3));

        assertThat(open()).containsExactly(1L, 2L);
    }

    @Test
    void aPurgeEndsAllButLeasesThatLastAndWhatIsQuarantined() {
        arrive(8);
        Lease rejected = lease(2);
        leases.reject(org, inbox, rejected.id(), messages(1));
        Lease kept = lease(2);
        Lease delayed = lease(1);
        leases.release(org, inbox, delayed.id(), Optional.empty(), MINUTE);

        Result result = operations.purge(org, inbox, new Asker(KEY));

        assertThat(result.operation().orElseThrow().appliedAt()).isPresent();
        assertThat(open()).containsExactly(1L, 2L, 3L, 4L);
        assertThat(rig.log.getLast()).isInstanceOf(Purged.class);
        assertThat(rig.log.getLast().sequences()).isEqualTo(Sequences.of(5, 6, 7, 8));
        applyLog();
        assertThat(open()).containsExactly(1L, 2L, 3L, 4L);
        assertThat(leases.acknowledge(org, inbox, kept.id(), Optional.empty())).hasSize(2);
    }

    @Test
    void whoAskedForWhatIsKeptAndMadeAgainFromTheLog() throws Exception {
        arrive(3);
        leases.acknowledge(org, inbox, lease(1).id(), Optional.empty());
        operations.replay(org, inbox, new FromSequence(1), new Asker(KEY));
        operations.purge(org, inbox, new Asker("IjKlMnOp"));
        applyLog();
        List<Operation> kept = operations.list(org, inbox, Optional.empty(), 10);
        try (var connection = rig.owner.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("delete from inbox.operation where inbox = '" + inbox + "'");
        }
        applyLog();

        assertThat(kept).extracting(Operation::kind).containsExactly(Kind.REPLAYED, Kind.PURGED);
        assertThat(kept).extracting(Operation::keyId).containsExactly(KEY, "IjKlMnOp");
        assertThat(kept).extracting(Operation::asked).containsExactly("from_sequence 1", "all");
        assertThat(operations.list(org, inbox, Optional.empty(), 10))
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("appliedAt")
                .isEqualTo(kept);
        Place first = new Place(kept.getFirst().at(), kept.getFirst().id());
        assertThat(operations.list(org, inbox, Optional.of(first), 10))
                .extracting(Operation::kind)
                .containsExactly(Kind.PURGED);
    }

    @Test
    void whatIsAskedAgainUnderItsNameIsDoneOnceAndLeavesWhatWasAcknowledgedSince() {
        arrive(2);
        leases.acknowledge(org, inbox, lease(2).id(), Optional.empty());
        Result first = operations.replay(org, inbox, new FromSequence(1), named("r"));
        applyLog();
        leases.acknowledge(org, inbox, lease(1).id(), Optional.empty());
        rig.log.clear();

        Result again = operations.replay(org, inbox, new FromSequence(1), named("r"));

        assertThat(again.operation().orElseThrow().id())
                .isEqualTo(first.operation().orElseThrow().id());
        assertThat(again.operation().orElseThrow().appliedAt()).isPresent();
        assertThat(rig.log).isEmpty();
        assertThat(open()).containsExactly(2L);
        operations.replay(org, inbox, new FromSequence(1), named("another"));
        applyLog();
        assertThat(open()).containsExactly(1L, 2L);
    }

    @Test
    void whatStandsInTheLogTwiceBecauseAnAnswerWasLostIsDoneOnce() {
        arrive(2);
        leases.acknowledge(org, inbox, lease(2).id(), Optional.empty());
        rig.log.clear();
        Operations lost = new PostgresOperations(rig.reader, disposition -> {
            rig.log.add(disposition);
            throw new DispositionLog.Unavailable("away", new IllegalStateException());
        });
        assertThatThrownBy(() -> lost.replay(org, inbox, new FromSequence(1), named("r")))
                .isInstanceOf(DispositionLog.Unavailable.class);
        operations.replay(org, inbox, new FromSequence(1), named("r"));
        List<Disposition> log = List.copyOf(rig.log);
        assertThat(log).hasSize(2).hasOnlyElementsOfType(Replayed.class);

        rig.project(List.of(), List.of(), log.subList(0, 1));
        assertThat(open()).containsExactly(1L, 2L);
        leases.acknowledge(org, inbox, lease(1).id(), Optional.empty());
        rig.project(List.of(), List.of(), log.subList(1, 2));

        assertThat(open()).containsExactly(2L);
        assertThat(operations.list(org, inbox, Optional.empty(), 10)).hasSize(1);
    }

    @Test
    void aNameThatAnotherRequestHadIsRefused() {
        arrive(2);
        leases.acknowledge(org, inbox, lease(2).id(), Optional.empty());
        operations.replay(org, inbox, new FromSequence(1), named("r"));

        assertThatThrownBy(() -> operations.replay(org, inbox, new FromSequence(2), named("r")))
                .hasMessageContaining("Idempotency-Key: r (expected: one that no other request");
        assertThatThrownBy(() -> operations.purge(org, inbox, named("r"))).hasMessageContaining("Idempotency-Key");
    }

    private static Asker named(String request) {
        return new Asker(KEY, Optional.of(new DedupId(request)));
    }

    @Test
    void anotherOrgSeesNothingOfIt() {
        arrive(1);
        leases.acknowledge(org, inbox, lease(1).id(), Optional.empty());
        UUID id = operations
                .replay(org, inbox, new FromSequence(1), new Asker(KEY))
                .operation()
                .orElseThrow()
                .id();
        OrgId other = Events.newOrg();

        assertThat(operations.find(other, inbox, id)).isEmpty();
        assertThatThrownBy(() -> operations.list(other, inbox, Optional.empty(), 10))
                .hasMessageContaining("not_found");
        assertThatThrownBy(() -> operations.purge(other, inbox, new Asker(KEY))).hasMessageContaining("not_found");
    }

    @Test
    void whatTheLogDidNotTakeIsNotDone() {
        arrive(1);
        leases.acknowledge(org, inbox, lease(1).id(), Optional.empty());
        Operations away = new PostgresOperations(rig.reader, _ -> {
            throw new DispositionLog.Unavailable("away", new IllegalStateException());
        });

        assertThatThrownBy(() -> away.replay(org, inbox, new FromSequence(1), new Asker(KEY)))
                .isInstanceOf(DispositionLog.Unavailable.class);
        assertThat(operations.list(org, inbox, Optional.empty(), 10)).isEmpty();
    }

    private void arrive(int count) {
        List<Accepted> events = LongStream.rangeClosed(1, count)
                .mapToObj(s -> Events.accepted(org, s))
                .toList();
        rig.project(events);
    }

    private void applyLog() {
        rig.project(List.of(), List.of(), List.copyOf(rig.log));
    }

    private Lease lease(int most) {
        return leases.lease(org, inbox, most, MINUTE).orElseThrow();
    }

    private List<Long> open() {
        return FakeInbox.sequences(rig.inbox(), org, Filter.UNACKNOWLEDGED);
    }

    private Optional<List<MessageId>> messages(long... sequences) {
        return Optional.of(
                LongStream.of(sequences).mapToObj(s -> MessageId.of(inbox, s)).toList());
    }

    private static List<Long> sequences(Lease lease) {
        return lease.messages().stream().map(Message::sequence).toList();
    }
}
