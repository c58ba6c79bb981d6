package dev.triggers.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.Disposition.Quarantined;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Payload;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.common.wire.Accepted;
import dev.triggers.inbox.Leases.Lease;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What any {@link Leases} do. */
public abstract class LeasesContract {

    protected static final Duration MINUTE = Duration.ofMinutes(1);

    protected final OrgId org = Events.newOrg();
    protected final InboxId inbox = InboxId.defaultOf(org);
    protected final List<Disposition> log = new CopyOnWriteArrayList<>();

    @SuppressWarnings("NullAway.Init") // set before each test
    protected Leases leases;

    private Duration later = Duration.ZERO;

    /** Leases of the same messages, whoever asks for how many. Their clock is {@link #later} ahead. */
    protected abstract Leases leases(LeasePolicy policy, DispositionLog log);

    /** Makes these stand in the inbox. */
    protected abstract void project(List<Accepted> events);

    /** How much time has passed. */
    protected final Duration later() {
        return later;
    }

    @BeforeEach
    void make() {
        leases = leases(LeasePolicy.DEFAULT, log::add);
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
    void whatTheLogDidNotTakeStaysLeased() {
        arrive(1);
        Leases away = leases(LeasePolicy.DEFAULT, _ -> {
            throw new DispositionLog.Unavailable("away", new IllegalStateException());
        });
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
        log.clear();

        assertThat(acknowledge(lease)).extracting(Message::sequence).containsExactly(1L, 2L, 3L);
        assertThat(acknowledge(lease, 2)).extracting(Message::sequence).containsExactly(2L);
        later = MINUTE.multipliedBy(2);
        assertThat(acknowledge(lease)).hasSize(3);
        assertThat(log).isEmpty();
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
        log.clear();
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
        assertThat(log.getLast()).isInstanceOf(Quarantined.class);
        assertThat(log.getLast().sequences()).isEqualTo(Sequences.of(1));
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
        Leases small = leases(new LeasePolicy(3, 10, 10), log::add);
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
    void ofAWholeLeaseWhatItStillHoldsIsAcknowledged() {
        arrive(4);
        Lease lease = lease(4);
        acknowledge(lease, 1);
        leases.release(org, inbox, lease.id(), messages(2), Duration.ZERO);
        log.clear();

        assertThat(acknowledge(lease)).extracting(Message::sequence).contains(3L, 4L);

        assertThat(log).singleElement().extracting(Disposition::sequences).isEqualTo(Sequences.of(3, 4));
        assertThat(sequences(lease(4))).containsExactly(2L);
    }

    @Test
    void aMessageThatIsUnknownIsRefusedAndNothingIsDone() {
        arrive(1);
        Lease lease = lease(1);

        for (MessageId unknown :
                List.of(new MessageId(new UUID(1, 2)), MessageId.of(InboxId.defaultOf(Events.newOrg()), 1))) {
            assertThatThrownBy(() -> leases.acknowledge(org, inbox, lease.id(), Optional.of(List.of(unknown))))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("invalid_parameter");
        }
        assertThat(leases.stats(org, inbox).leased()).isEqualTo(1);
    }

    @Test
    void whenTheNextOneComesBackIsKnown() {
        arrive(3);
        assertThat(leases.untilReturn(org, inbox)).isEmpty();
        Lease lease = lease(2);
        leases.release(org, inbox, lease.id(), messages(1), Duration.ofSeconds(10));

        assertThat(leases.untilReturn(org, inbox))
                .hasValueSatisfying(time -> assertThat(time).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(10)));
    }

    @Test
    void anInboxThatIsNotThereIsNotFound() {
        InboxId unknown = new InboxId(new UUID(1, 2));

        assertThatThrownBy(() -> leases.stats(org, unknown)).hasMessageContaining("not_found");
        assertThatThrownBy(() -> leases.lease(org, unknown, 1, MINUTE)).hasMessageContaining("not_found");
    }

    @Test
    void anInboxThatNothingCameToIsEmpty() {
        assertThat(leases.stats(org, inbox)).isEqualTo(new Leases.Stats(0, 0, 0, Optional.empty(), 0, 0));
        assertThat(leases.lease(org, inbox, 1, MINUTE)).isEmpty();
    }

    private void acknowledgeIfGood(Lease lease) {
        if (!sequences(lease).contains(1L)) {
            acknowledge(lease);
        }
    }

    /** Without messages where there is nothing. */
    protected final Lease lease(int most) {
        return leases.lease(org, inbox, most, MINUTE)
                .orElseGet(() -> new Lease(
                        new LeaseId(inbox, 1, Sequences.NONE), Events.START, List.of(), leases.attributes(org, inbox)));
    }

    protected final void arrive(int count) {
        project(LongStream.rangeClosed(1, count)
                .mapToObj(s -> Events.accepted(org, s))
                .toList());
    }

    protected final List<Message> acknowledge(Lease lease, long... sequences) {
        return leases.acknowledge(org, inbox, lease.id(), messages(sequences));
    }

    /** Empty for none. */
    protected final Optional<List<MessageId>> messages(long... sequences) {
        return sequences.length == 0
                ? Optional.empty()
                : Optional.of(LongStream.of(sequences)
                        .mapToObj(s -> MessageId.of(inbox, s))
                        .toList());
    }

    protected static List<Long> sequences(Lease lease) {
        return lease.messages().stream().map(Message::sequence).toList();
    }

    private static void assertExpired(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(ProblemException.class).hasMessageContaining("lease_expired");
    }
}
