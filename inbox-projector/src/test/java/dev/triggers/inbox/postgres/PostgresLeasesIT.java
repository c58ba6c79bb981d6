package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.disposition.Disposition;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
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
        return new PostgresLeases(rig.reader, rig.log::add, policy, now -> now.plus(later));
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
                rig.reader,
                _ -> {
                    throw new DispositionLog.Unavailable("away", new IllegalStateException());
                },
                LeasePolicy.DEFAULT,
                now -> now);
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
                .orElseGet(() -> new Lease(
                        new LeaseId(inbox, 1, Sequences.NONE), Events.START, List.of(), leases.attributes(org, inbox)));
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

    /** Random steps, each checked against a plain account of who holds what. */
    @Test
    void randomStepsNeverHandOutTwiceLoseOrBringBack() {
        for (long seed = 1; seed <= 3; seed++) {
            new LeaseWalk(new Random(seed)).walk(400);
        }
    }

    private final class LeaseWalk {

        private final Random random;
        private final OrgId walker = Events.newOrg();
        private final InboxId own = InboxId.defaultOf(walker);
        private final LeaseAccount account = new LeaseAccount();
        private final List<Lease> known = new ArrayList<>();
        private final List<Disposition> log = new ArrayList<>();
        private final Leases walked =
                new PostgresLeases(rig.reader, log::add, new LeasePolicy(2, 4, 8 << 20), now -> now.plus(later));
        private long arrived;

        private LeaseWalk(Random random) {
            this.random = random;
        }

        void walk(int steps) {
            for (int step = 0; step < steps; step++) {
                switch (random.nextInt(8)) {
                    case 0 -> arriveSome();
                    case 1, 2, 3 -> leaseSome();
                    case 4 -> acknowledgeSome();
                    case 5 -> releaseSome();
                    case 6 -> applyLog();
                    default -> {
                        later = later.plusSeconds(random.nextInt(40));
                        account.now(later);
                    }
                }
                Leases.Stats stats = walked.stats(walker, own);
                assertThat(stats.available() + stats.leased() + stats.quarantined())
                        .isEqualTo(arrived - account.acked());
                assertThat(stats.quarantined()).isEqualTo(account.quarantined());
            }
        }

        private void arriveSome() {
            int more = 1 + random.nextInt(6);
            rig.project(accepted(walker, arrived + 1, arrived + more));
            arrived += more;
        }

        private void leaseSome() {
            int most = 1 + random.nextInt(5);
            int before = log.size();
            Optional<Lease> lease = walked.lease(walker, own, most, Duration.ofSeconds(30));
            log.subList(before, log.size()).forEach(d -> account.quarantine(d.sequences()));
            if (lease.isEmpty()) {
                assertThat(account.available(arrived)).isEmpty();
                return;
            }
            assertThat(lease.get().messages()).hasSizeBetween(1, most);
            account.lease(lease.get(), later.plusSeconds(30), arrived);
            known.add(lease.get());
        }

        private void acknowledgeSome() {
            if (known.isEmpty()) {
                return;
            }
            Lease lease = known.get(random.nextInt(known.size()));
            Set<Long> some = some(lease);
            if (account.holdsOrDone(lease, some)) {
                walked.acknowledge(walker, own, lease.id(), Optional.of(ids(some)));
                account.acknowledge(some);
            } else {
                assertExpired(() -> walked.acknowledge(walker, own, lease.id(), Optional.of(ids(some))));
            }
        }

        private void releaseSome() {
            if (known.isEmpty()) {
                return;
            }
            Lease lease = known.get(random.nextInt(known.size()));
            Set<Long> some = some(lease);
            if (account.holdsOrDone(lease, some)) {
                walked.release(walker, own, lease.id(), Optional.of(ids(some)), Duration.ZERO);
                account.release(lease, some);
            } else {
                assertExpired(() -> walked.release(walker, own, lease.id(), Optional.of(ids(some)), Duration.ZERO));
            }
        }

        /** The projector applies what was decided, late: nothing may change by it. */
        private void applyLog() {
            rig.project(List.of(), List.of(), List.copyOf(log));
            log.clear();
        }

        private Set<Long> some(Lease lease) {
            Set<Long> some = new HashSet<>();
            while (some.isEmpty()) {
                lease.messages().stream()
                        .map(Message::sequence)
                        .filter(_ -> random.nextBoolean())
                        .forEach(some::add);
            }
            return some;
        }

        private List<MessageId> ids(Set<Long> sequences) {
            return sequences.stream().map(s -> MessageId.of(own, s)).toList();
        }
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
