package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.disposition.Disposition.Acknowledged;
import dev.triggers.common.disposition.Disposition.Quarantined;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Payload;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.common.wire.Accepted;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.FakeInbox;
import dev.triggers.inbox.LeaseId;
import dev.triggers.inbox.LeasePolicy;
import dev.triggers.inbox.Leases;
import dev.triggers.inbox.Leases.Lease;
import dev.triggers.inbox.Message;
import dev.triggers.inbox.MessageId;
import dev.triggers.inbox.PageRequest.Filter;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
class PostgresLeasesIT {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static InboxRig rig;

    private final OrgId org = Events.newOrg();
    private final InboxId inbox = InboxId.defaultOf(org);
    private Duration later = Duration.ZERO;
    private final Leases leases = leases(LeasePolicy.DEFAULT);

    @BeforeAll
    static void start(RealBackends real) {
        rig = new InboxRig(real);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    private Leases leases(LeasePolicy policy) {
        return new PostgresLeases(new InboxTurns(rig.reader, rig.log::add, now -> now.plus(later)), policy);
    }

    @Test
    void freshMessagesAreLeasedInOrderAndOnce() {
        arrive(5);

        assertThat(sequences(lease(3))).containsExactly(1L, 2L, 3L);
        assertThat(sequences(lease(3))).containsExactly(4L, 5L);
        assertThat(leases.lease(org, inbox, 3, MINUTE)).isEmpty();
    }

    @Test
    void aLeaseHandsOutTheVeryBytes() {
        arrive(1);

        Message message = lease(1).messages().getFirst();

        assertThat(message.payload()).contains(Payload.of("{\"n\":1}"));
        assertThat(message.status()).isEqualTo(Message.Status.LEASED);
        assertThat(message.leaseCount()).isEqualTo(1);
    }

    @Test
    void whatIsNotAcknowledgedInTimeIsLeasedAgainBeforeWhatIsFresh() {
        arrive(6);
        Lease first = lease(3);
        acknowledge(first, 2);

        later = MINUTE;
        Lease again = lease(4);

        assertThat(sequences(again)).containsExactly(1L, 3L, 4L, 5L);
        assertThat(again.messages()).extracting(Message::leaseCount).containsExactly(2, 2, 1, 1);
    }

    @Test
    void anAcknowledgementStandsInTheLogBeforeItIsAnswered() {
        arrive(4);
        Lease lease = lease(4);
        rig.log.clear();

        List<Message> acked = acknowledge(lease, 2, 3);

        assertThat(acked).extracting(Message::sequence).containsExactly(2L, 3L);
        assertThat(rig.log).hasSize(1).allMatch(d -> d.sequences().equals(Sequences.of(2, 3)));
        assertThat(rig.log.getFirst()).isInstanceOf(Acknowledged.class);
        assertThat(FakeInbox.sequences(rig.inbox(), org, Filter.UNACKNOWLEDGED)).containsExactly(1L, 4L);
    }

    @Test
    void whatTheLogDidNotTakeStaysLeased() {
        arrive(1);
        Leases away = new PostgresLeases(
                new InboxTurns(rig.reader, _ -> {
                    throw new DispositionLog.Unavailable("away", new IllegalStateException());
                }),
                LeasePolicy.DEFAULT);
        Lease lease = lease(1);

        assertThatThrownBy(() -> away.acknowledge(org, inbox, lease.id(), Optional.empty()))
                .isInstanceOf(DispositionLog.Unavailable.class);
        assertThat(leases.stats(org, inbox).leased()).isEqualTo(1);
        assertThat(acknowledge(lease)).hasSize(1);
    }

    @Test
    void aRepeatedAcknowledgementIsHarmlessAndNotLoggedAgain() {
        arrive(3);
        Lease lease = lease(3);
        acknowledge(lease);
        rig.log.clear();

        assertThat(acknowledge(lease)).extracting(Message::sequence).containsExactly(1L, 2L, 3L);
        assertThat(acknowledge(lease, 2)).extracting(Message::sequence).containsExactly(2L);
        later = MINUTE.multipliedBy(2);
        assertThat(acknowledge(lease)).hasSize(3);
        assertThat(rig.log).isEmpty();
    }

    @Test
    void aLeaseThatEndedAcknowledgesNothing() {
        arrive(2);
        Lease lease = lease(2);

        later = MINUTE;
        assertExpired(() -> acknowledge(lease));
        Lease other = lease(2);
        assertExpired(() -> acknowledge(lease, 1));
        assertExpired(() -> leases.release(org, inbox, lease.id(), Optional.empty(), Duration.ZERO));
        assertExpired(() -> leases.renew(org, inbox, lease.id(), MINUTE));

        assertThat(acknowledge(other)).hasSize(2);
    }

    @Test
    void aMessageOfAnotherLeaseIsRefusedAndNothingIsDone() {
        arrive(2);
        Lease first = lease(1);
        lease(1);

        assertThatThrownBy(() -> acknowledge(first, 1, 2))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("message_ids[1]");
        assertThat(leases.stats(org, inbox).leased()).isEqualTo(2);
    }

    @Test
    void whatIsReleasedCanBeLeasedAtOnceOrAfterItsDelayAndCounts() {
        arrive(3);
        Lease lease = lease(3);

        leases.release(org, inbox, lease.id(), messages(1), Duration.ZERO);
        leases.release(org, inbox, lease.id(), messages(2), Duration.ofSeconds(10));

        Lease again = lease(3);
        assertThat(sequences(again)).containsExactly(1L);
        assertThat(again.messages().getFirst().leaseCount()).isEqualTo(2);
        later = Duration.ofSeconds(10);
        assertThat(sequences(lease(3))).containsExactly(2L);
    }

    @Test
    void aPageShowsWhoHasWhat() {
        arrive(5);
        Lease lease = lease(4);
        acknowledge(lease, 1);
        leases.reject(org, inbox, lease.id(), messages(2));
        leases.release(org, inbox, lease.id(), messages(3), Duration.ZERO);

        assertThat(FakeInbox.sequences(rig.inbox(), org, Filter.ACKED)).containsExactly(1L);
        assertThat(FakeInbox.sequences(rig.inbox(), org, Filter.QUARANTINED)).containsExactly(2L);
        assertThat(FakeInbox.sequences(rig.inbox(), org, Filter.AVAILABLE)).containsExactly(3L, 5L);
        assertThat(FakeInbox.sequences(rig.inbox(), org, Filter.LEASED)).containsExactly(4L);
        assertThat(FakeInbox.sequences(rig.inbox(), org, Filter.UNACKNOWLEDGED)).containsExactly(2L, 3L, 4L, 5L);
    }

    @Test
    void aRenewedLeaseLastsFromThen() {
        arrive(1);
        Lease lease = lease(1);

        later = Duration.ofSeconds(50);
        leases.renew(org, inbox, lease.id(), MINUTE);
        later = Duration.ofSeconds(100);

        assertThat(leases.lease(org, inbox, 1, MINUTE)).isEmpty();
        assertThat(acknowledge(lease)).hasSize(1);
    }

    @Test
    void whatFailedThreeTimesIsLeasedAloneAndWhatFailedTenTimesIsQuarantined() {
        arrive(3);
        rig.log.clear();
        for (int failure = 1; failure <= 3; failure++) {
            assertThat(sequences(lease(3))).containsExactly(1L, 2L, 3L);
            later = later.plus(MINUTE);
        }

        for (int failure = 4; failure <= 10; failure++) {
            Lease bad = lease(3);
            assertThat(sequences(bad)).containsExactly(1L);
            assertThat(bad.messages().getFirst().leaseCount()).isEqualTo(failure);
            acknowledgeIfGood(lease(3));
            later = later.plus(MINUTE);
        }

        assertThat(leases.lease(org, inbox, 3, MINUTE)).isEmpty();
        assertThat(leases.stats(org, inbox))
                .isEqualTo(new Leases.Stats(0, 0, 1, leases.stats(org, inbox).oldestAt(), 3, 3));
        assertThat(rig.log.getLast()).isInstanceOf(Quarantined.class);
        assertThat(rig.log.getLast().sequences()).isEqualTo(Sequences.of(1));
    }

    private void acknowledgeIfGood(Lease lease) {
        if (!sequences(lease).contains(1L)) {
            acknowledge(lease);
        }
    }

    /** The second lease of a round in the test above may find nothing. */
    private Lease lease(int most) {
        return leases.lease(org, inbox, most, MINUTE)
                .orElseGet(() -> new Lease(new LeaseId(inbox, 1, Sequences.NONE), Events.START, List.of()));
    }

    @Test
    void aRejectedMessageIsSetAsideForGood() {
        arrive(2);
        Lease lease = lease(2);

        assertThat(leases.reject(org, inbox, lease.id(), messages(1))).hasSize(1);
        assertThat(leases.reject(org, inbox, lease.id(), messages(1))).isEmpty();
        assertThat(acknowledge(lease, 1)).isEmpty();
        later = MINUTE;

        assertThat(sequences(lease(2))).containsExactly(2L);
        assertThat(leases.stats(org, inbox).quarantined()).isEqualTo(1);
    }

    @Test
    void aLeaseEndsAtItsBytesButHoldsOneMessageAtLeast() {
        Leases small = leases(new LeasePolicy(3, 10, 10));
        arrive(3);

        assertThat(sequences(small.lease(org, inbox, 3, MINUTE).orElseThrow())).containsExactly(1L);
        assertThat(sequences(small.lease(org, inbox, 3, MINUTE).orElseThrow())).containsExactly(2L);
        assertThat(leases.stats(org, inbox).available()).isEqualTo(1);
    }

    @Test
    void anotherOrgsInboxIsUntouched() {
        arrive(1);
        OrgId other = Events.newOrg();

        assertThatThrownBy(() -> leases.lease(other, inbox, 1, MINUTE)).hasMessageContaining("not_found");
        assertThat(leases.stats(org, inbox).available()).isEqualTo(1);
    }

    @Test
    void twentyConsumersShareTenThousandMessagesAndNoneGetsOneTwice() throws Exception {
        int all = 10_000;
        arrive(all);
        Set<Long> seen = ConcurrentHashMap.newKeySet();
        Set<Long> twice = ConcurrentHashMap.newKeySet();
        Callable<Boolean> consumer = () -> {
            for (Optional<Lease> lease = leases.lease(org, inbox, 100, MINUTE);
                    lease.isPresent();
                    lease = leases.lease(org, inbox, 100, MINUTE)) {
                sequences(lease.get()).stream().filter(s -> !seen.add(s)).forEach(twice::add);
                leases.acknowledge(org, inbox, lease.get().id(), Optional.empty());
            }
            return true;
        };
        try (ExecutorService consumers = Executors.newFixedThreadPool(20)) {
            for (Future<Boolean> end : consumers.invokeAll(Collections.nCopies(20, consumer))) {
                end.get();
            }
        }

        assertThat(twice).isEmpty();
        assertThat(seen).hasSize(all);
        assertThat(leases.stats(org, inbox)).isEqualTo(new Leases.Stats(0, 0, 0, Optional.empty(), all, all));
    }

    private void arrive(int count) {
        rig.project(accepted(org, 1, count));
    }

    private static List<Accepted> accepted(OrgId org, long first, long last) {
        return LongStream.rangeClosed(first, last)
                .mapToObj(s -> Events.accepted(org, s))
                .toList();
    }

    private List<Message> acknowledge(Lease lease, long... sequences) {
        return leases.acknowledge(org, inbox, lease.id(), messages(sequences));
    }

    private Optional<List<MessageId>> messages(long... sequences) {
        return sequences.length == 0
                ? Optional.empty()
                : Optional.of(LongStream.of(sequences)
                        .mapToObj(s -> MessageId.of(inbox, s))
                        .toList());
    }

    private static List<Long> sequences(Lease lease) {
        return lease.messages().stream().map(Message::sequence).toList();
    }

    private static void assertExpired(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(ProblemException.class).hasMessageContaining("lease_expired");
    }
}
