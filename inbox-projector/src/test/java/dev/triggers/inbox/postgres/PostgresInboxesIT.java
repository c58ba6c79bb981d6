package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.Disposition.Began;
import dev.triggers.common.disposition.Disposition.Paused;
import dev.triggers.common.disposition.Disposition.Resumed;
import dev.triggers.common.disposition.Disposition.Stamp;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.disposition.Start;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.Marker;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.History;
import dev.triggers.inbox.InboxAttributes;
import dev.triggers.inbox.InboxStatus;
import dev.triggers.inbox.Inboxes;
import dev.triggers.inbox.Inboxes.ListRequest;
import dev.triggers.inbox.Inboxes.MessagePage;
import dev.triggers.inbox.Inboxes.NewInbox;
import dev.triggers.inbox.LeasePolicy;
import dev.triggers.inbox.Leases;
import dev.triggers.inbox.Leases.Lease;
import dev.triggers.inbox.MarkerLog;
import dev.triggers.inbox.Message;
import dev.triggers.inbox.Message.Status;
import dev.triggers.inbox.NamedInbox;
import dev.triggers.inbox.Operations;
import dev.triggers.inbox.Operations.Asker;
import dev.triggers.inbox.Subscription;
import dev.triggers.inbox.projection.Placeholder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Named inboxes on real tables; a log and a processor that are this test. */
@ExtendWith(RealBackendsExtension.class)
class PostgresInboxesIT {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int MOST_INBOXES = 5;

    private static InboxRig rig;
    private static long offset;

    private final OrgId org = Events.newOrg();
    private final List<Marker> sent = new ArrayList<>();
    private final Inboxes inboxes = inboxes(sent::add);
    private final Leases leases = leases();
    private long last;

    @BeforeAll
    static void start(RealBackends real) {
        rig = new InboxRig(real);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    private static Inboxes inboxes(MarkerLog markers) {
        return new PostgresInboxes(rig.reader, markers, MOST_INBOXES, InstantSource.system());
    }

    private static Leases leases() {
        return leases(rig.reader);
    }

    private static Leases leases(DataSource reader) {
        return new PostgresLeases(new InboxTurns(reader, rig.log::add), LeasePolicy.DEFAULT);
    }

    @Test
    void aNewInboxIsInitializingUntilItsMarkerIsStampedAndTakesWhatComesAfter() {
        arrive(3, "a");
        NamedInbox made = inboxes.create(org, named("k", "*"));
        arrive(1, "a");

        assertThat(made.status()).isEqualTo(InboxStatus.INITIALIZING);
        assertThat(sent).extracting(Marker::kind).containsExactly(Marker.Kind.BEGAN);
        assertThat(lease(made, 10)).isEmpty();
        stamp(3);
        arrive(1, "a");

        assertThat(inboxes.find(org, made.id()).status()).isEqualTo(InboxStatus.ACTIVE);
        assertThat(sequences(lease(made, 10))).containsExactly(4L, 5L);
    }

    @Test
    void aStartInThePastTakesWhatIsThere() {
        arrive(5, "a");
        NamedInbox all = made("all", "*", Start.EARLIEST);
        NamedInbox some = made("some", "*", inboxes.startAt(org, Events.START.plusMillis(4)));

        assertThat(sequences(lease(all, 10))).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(sequences(lease(some, 10))).containsExactly(4L, 5L);
        assertThat(inboxes.startAt(org, Events.START.plusSeconds(60))).isEqualTo(Start.from(6));
    }

    @Test
    void onlyWhatItsFilterTakesIsHandedOut() {
        NamedInbox orders = made("orders", "order.*", Start.NOW);
        arrive(2, "order.created");
        arrive(2, "user.created");
        arrive(1, "order.paid");

        assertThat(sequences(lease(orders, 10))).containsExactly(1L, 2L, 5L);
        assertThat(lease(orders, 10)).isEmpty();
        assertThat(leases.stats(org, orders.id()).frontier()).isEqualTo(5);
    }

    @Test
    void inputsAreLookedForInTheData() {
        Subscription fives = new Subscription("*", "*", "null", "{\"n\":5}");
        NamedInbox inbox = made(new NewInbox(Optional.of("fives"), fives, Optional.empty(), Start.NOW));
        arrive(9, "a");

        assertThat(sequences(lease(inbox, 10))).containsExactly(5L);
        assertThat(leases.stats(org, inbox.id()).frontier()).isEqualTo(9);
    }

    @Test
    void aLeaseOfAFilteredInboxEndsAtItsLimitAndTheNextGoesOnThere() {
        NamedInbox orders = made("orders", "order", Start.NOW);
        for (int i = 0; i < 5; i++) {
            arrive(2, "user");
            arrive(1, "order");
        }

        assertThat(sequences(lease(orders, 2))).containsExactly(3L, 6L);
        assertThat(leases.stats(org, orders.id()).frontier()).isEqualTo(6);
        assertThat(leases.stats(org, orders.id()).available()).isEqualTo(3);
        assertThat(sequences(lease(orders, 10))).containsExactly(9L, 12L, 15L);
    }

    /** One match, a million others: each is looked at once, in steps of a bounded size, and never again. */
    @Test
    void oneInAMillionIsFoundWithoutLookingAtAnythingTwice() throws SQLException {
        NamedInbox rare = made("rare", "rare", Start.NOW);
        million();
        arrive(1, "rare");

        AtomicInteger steps = new AtomicInteger();
        Leases counted = leases(counting(steps));

        Lease lease = counted.lease(org, rare.id(), 10, MINUTE).orElseThrow();
        assertThat(lease.messages()).extracting(Message::sequence).containsExactly(1_000_001L);
        assertThat(steps).hasValue(101);
        assertThat(leases.stats(org, rare.id()).frontier()).isEqualTo(1_000_001);

        arrive(10, "common");
        assertThat(counted.lease(org, rare.id(), 10, MINUTE)).isEmpty();
        assertThat(steps).hasValue(103); // one over the ten, one that finds nothing ahead
        assertThat(leases.stats(org, rare.id()).frontier()).isEqualTo(1_000_011);
        assertThat(counted.lease(org, rare.id(), 10, MINUTE)).isEmpty();
        assertThat(steps).hasValue(104);
    }

    /** Counts transactions: each takes a connection. */
    private static DataSource counting(AtomicInteger connections) {
        return (DataSource) Proxy.newProxyInstance(
                PostgresInboxesIT.class.getClassLoader(), new Class<?>[] {DataSource.class}, (_, method, arguments) -> {
                    connections.incrementAndGet();
                    return method.invoke(rig.reader, arguments);
                });
    }

    private void million() throws SQLException {
        rig.project(List.of(Events.accepted(Events.newOrg(), 1))); // so that the day is there
        InboxRig.execute(rig.writer, """
                insert into inbox.event (org, sequence, accepted_at, received_at, event_id, receipt_partition,
                                         receipt_offset, ce_id, type, source, time, data)
                select '%1$s', s, '%2$s', '%2$s', '%1$s', 0, s, s::text, 'common',
                       '/test', '%2$s', '{}'
                from generate_series(1, 1000000) as s""".formatted(org, Events.START));
        InboxRig.execute(rig.writer, "insert into inbox.head (org, sequence) values ('" + org + "', 1000000)");
        InboxRig.execute(rig.owner, "analyze inbox.event");
        last = 1_000_000;
    }

    @Test
    void whatIsSubmittedWhilePausedDoesNotEnterAndWhatIsThereCanBeLeased() {
        NamedInbox inbox = made("k", "*", Start.NOW);
        arrive(3, "a");
        NamedInbox paused = inboxes.pause(org, inbox.id());
        stamp(3);
        arrive(3, "a");
        NamedInbox resumed = inboxes.resume(org, inbox.id());
        stamp(6);
        arrive(2, "a");

        assertThat(paused.status()).isEqualTo(InboxStatus.PAUSED);
        assertThat(paused.pausedReason()).contains("user");
        assertThat(resumed.status()).isEqualTo(InboxStatus.INITIALIZING);
        assertThat(inboxes.find(org, inbox.id()).status()).isEqualTo(InboxStatus.ACTIVE);
        assertThat(sequences(lease(inbox, 10))).containsExactly(1L, 2L, 3L, 7L, 8L);
    }

    @Test
    void nothingThatMayBePausedIsHandedOutBeforeThePauseHasItsStamp() {
        NamedInbox inbox = made("k", "*", Start.NOW);
        arrive(2, "a");
        inboxes.pause(org, inbox.id());
        arrive(3, "a"); // 3 was accepted before the marker was met, 4 and 5 after

        assertThat(sequences(lease(inbox, 10))).containsExactly(1L, 2L);
        assertThat(leases.attributes(org, inbox.id()).drained()).isFalse();
        stamp(3);

        assertThat(sequences(lease(inbox, 10))).containsExactly(3L);
        assertThat(lease(inbox, 10)).isEmpty();
    }

    @Test
    void aPausedInboxIsDrainedOnceAllOfItIsAcknowledged() {
        NamedInbox inbox = made("k", "*", Start.NOW);
        arrive(1, "a");
        inboxes.pause(org, inbox.id());
        stamp(1);
        Lease lease = lease(inbox, 10).orElseThrow();

        assertThat(lease.attributes()).isEqualTo(new InboxAttributes(InboxStatus.PAUSED, Optional.of("user"), false));
        assertThat(leases.attributes(org, inbox.id()).drained()).isFalse();
        leases.acknowledge(org, inbox.id(), lease.id(), Optional.empty());

        assertThat(leases.attributes(org, inbox.id()))
                .isEqualTo(new InboxAttributes(InboxStatus.PAUSED, Optional.of("user"), true));
        inboxes.resume(org, inbox.id());
        assertThat(leases.attributes(org, inbox.id()).drained()).isFalse();
    }

    @Test
    void changesThatComeFastAreSentInOrderAndRepeatedOnesDoNoHarm() {
        NamedInbox inbox = inboxes.create(org, named("k", "*"));
        inboxes.pause(org, inbox.id());
        inboxes.pause(org, inbox.id());
        inboxes.resume(org, inbox.id());
        arrive(1, "a");
        stamp(1);

        assertThat(sent).extracting(Marker::number).containsExactly(1, 1, 2, 1, 2, 1, 2, 3);
        assertThat(inboxes.find(org, inbox.id()).status()).isEqualTo(InboxStatus.ACTIVE);
        arrive(1, "a");
        assertThat(sequences(lease(inbox, 10))).containsExactly(2L);
    }

    @Test
    void aKeyIsUniqueInItsOrgAndFreeAgainAfterADelete() {
        NamedInbox first = inboxes.create(org, named("k", "a"));
        inboxes.create(Events.newOrg(), named("k", "a"));

        assertCode("inbox_key_in_use", () -> inboxes.create(org, named("k", "a")));
        assertThat(inboxes.ensure(org, named("k", "a")).inbox().id()).isEqualTo(first.id());
        assertCode("inbox_key_in_use", () -> inboxes.ensure(org, named("k", "b")));
        NamedInbox deleted = inboxes.delete(org, first.id());
        NamedInbox second = inboxes.ensure(org, named("k", "b")).inbox();

        assertThat(deleted.status()).isEqualTo(InboxStatus.DELETING);
        assertThat(deleted.key()).isEmpty();
        assertThat(second.id()).isNotEqualTo(first.id());
        assertCode("not_found", () -> inboxes.find(org, first.id()));
        assertCode("not_found", () -> lease(first, 1));
    }

    @Test
    void anotherOrgsInboxIsNotFound() {
        NamedInbox other = inboxes.create(Events.newOrg(), named("k", "a"));

        assertCode("not_found", () -> inboxes.find(org, other.id()));
        assertCode("not_found", () -> inboxes.pause(org, other.id()));
        assertCode("not_found", () -> inboxes.delete(org, other.id()));
        assertCode("not_found", () -> leases.stats(org, other.id()));
        assertCode("not_found", () -> inboxes.messages(org, other.id(), 0, 10));
    }

    @Test
    void theDefaultInboxIsListedAndStaysAsItIs() {
        InboxId byDefault = InboxId.defaultOf(org);

        NamedInbox found = inboxes.find(org, byDefault);
        assertThat(found.key()).contains("default");
        assertThat(found.status()).isEqualTo(InboxStatus.ACTIVE);
        assertThat(found.subscription().sameAs(Subscription.EVERYTHING)).isTrue();
        assertCode("invalid_parameter", () -> inboxes.delete(org, byDefault));
        assertCode("invalid_parameter", () -> inboxes.pause(org, byDefault));
        assertCode("inbox_key_in_use", () -> inboxes.create(org, named("default", "*")));
    }

    @Test
    void anOrgHasABoundedNumberOfInboxesAndThePagesHoldThemAll() {
        for (int i = 1; i < MOST_INBOXES; i++) {
            inboxes.create(org, named("k" + i, "*"));
        }

        assertCode("too_many_inboxes", () -> inboxes.create(org, named("one more", "*")));
        List<String> keys = new ArrayList<>();
        for (int at = 0; at < MOST_INBOXES; at += 2) {
            Inboxes.Listing page = inboxes.list(org, new ListRequest(Optional.empty(), Optional.empty(), 2, at));
            assertThat(page.count()).isEqualTo(MOST_INBOXES);
            page.inboxes().forEach(inbox -> keys.add(inbox.key().orElseThrow()));
        }
        assertThat(keys).containsExactlyInAnyOrder("default", "k1", "k2", "k3", "k4");
        assertThat(inboxes.list(org, new ListRequest(Optional.of("k3"), Optional.empty(), 9, 0))
                        .count())
                .isEqualTo(1);
        assertThat(inboxes.list(org, new ListRequest(Optional.empty(), Optional.of(InboxStatus.ACTIVE), 9, 0))
                        .inboxes())
                .extracting(NamedInbox::key)
                .containsExactly(Optional.of("default"));
    }

    @Test
    void whatADeletedInboxLeavesBehindIsRemovedInSmallSteps() throws SQLException {
        NamedInbox inbox = made("k", "*", Start.NOW);
        NamedInbox kept = made("kept", "*", Start.NOW);
        arrive(1, "a");
        lease(kept, 1);
        int rows = 2 * InboxUpkeep.MOST_ROWS + 1;
        InboxRig.execute(rig.writer, """
                insert into inbox.delivery (inbox, org, open)
                select '%s', '%s', int8multirange(int8range(s, s + 1)) from generate_series(1, %d) as s""".formatted(inbox.id(), org, rows));
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        try (InboxUpkeep upkeep = new InboxUpkeep(rig.writer, sent::add, rig.retention, meters)) {
            inboxes.delete(org, inbox.id());
            List<Integer> left = new ArrayList<>();
            while (upkeep.removeSome()) {
                left.add(Integer.parseInt(InboxRig.rows(
                                rig.writer, "select count(*) from inbox.delivery where inbox = '" + inbox.id() + "'")
                        .getFirst()));
            }

            assertThat(left).containsSubsequence(InboxUpkeep.MOST_ROWS + 1, 1, 0);
            assertThat(meters.counter("triggers.inbox.rows.removed").count()).isGreaterThanOrEqualTo(rows);
        }
        assertThat(InboxRig.rows(rig.writer, "select id from inbox.inbox where id = '" + inbox.id() + "'"))
                .isEmpty();
        assertThat(leases.stats(org, kept.id()).leased()).isEqualTo(1);
    }

    @Test
    void aMarkerThatWasNotConfirmedIsSentAgainAndInTheEndItsInboxSaysThatItFailed() throws SQLException {
        Inboxes away = inboxes(_ -> {
            throw new DispositionLog.Unavailable("away", new IllegalStateException());
        });
        NamedInbox inbox = away.create(org, named("k", "*"));
        try (InboxUpkeep upkeep = new InboxUpkeep(rig.writer, sent::add, rig.retention, new SimpleMeterRegistry())) {
            upkeep.sendAgain();
            assertThat(ours(inbox)).isEmpty(); // not yet: it may be on its way

            for (int i = 1; i <= 10; i++) {
                InboxRig.execute(
                        rig.writer,
                        "update inbox.inbox set asked_at = now() - interval '2 hours' where id = '" + inbox.id() + "'");
                upkeep.sendAgain();
            }
            assertThat(ours(inbox)).hasSize(8).extracting(Marker::number).containsOnly(1);
        }
        assertThat(inboxes.find(org, inbox.id()).status()).isEqualTo(InboxStatus.INITIALIZATION_FAILURE);
        assertThat(inboxes.resume(org, inbox.id()).status()).isEqualTo(InboxStatus.INITIALIZING);
        stamp(0);
        assertThat(inboxes.find(org, inbox.id()).status()).isEqualTo(InboxStatus.ACTIVE);
    }

    private List<Marker> ours(NamedInbox inbox) {
        return sent.stream().filter(m -> m.inbox().equals(inbox.id())).toList();
    }

    @Test
    void pagesOfMessagesHoldWhatIsNotAcknowledgedAndTheFilterTakes() {
        NamedInbox orders = made("orders", "order", Start.NOW);
        for (int i = 0; i < 4; i++) {
            arrive(1, "order");
            arrive(1, "user");
        }
        Lease lease = lease(orders, 2).orElseThrow();
        leases.acknowledge(
                org,
                orders.id(),
                lease.id(),
                Optional.of(List.of(lease.messages().getFirst().id())));

        MessagePage first = inboxes.messages(org, orders.id(), 0, 2);
        MessagePage second = inboxes.messages(org, orders.id(), first.next().orElseThrow(), 2);

        assertThat(first.messages()).extracting(Message::sequence).containsExactly(3L, 5L);
        assertThat(first.messages()).extracting(Message::status).containsExactly(Status.LEASED, Status.AVAILABLE);
        assertThat(second.messages()).extracting(Message::sequence).containsExactly(7L);
        assertThat(second.next()).isEmpty();
    }

    @Test
    void anEventStandsInEachInboxThatTookIt() {
        NamedInbox orders = made("orders", "order", Start.NOW);
        NamedInbox users = made("users", "user", Start.NOW);
        Accepted event = arrive(1, "order").getFirst();
        NamedInbox late = made("late", "*", Start.NOW);
        lease(orders, 1);

        History.Story story =
                new PostgresHistory(rig.reader).find(org, event.event().id()).orElseThrow();

        assertThat(story.inboxes())
                .extracting(History.Standing::inbox, History.Standing::status)
                .containsExactly(tuple(InboxId.defaultOf(org), Status.AVAILABLE), tuple(orders.id(), Status.LEASED));
        assertThat(List.of(users.id(), late.id())).hasSize(2);
    }

    /** As a rebuild lays them: nothing was leased, and the acknowledgements come by themselves. */
    @Test
    void whatIsAcknowledgedInTheLogLeavesOnlyWhatTheInboxTakes() {
        NamedInbox orders = made("orders", "order", Start.NOW);
        for (int i = 0; i < 3; i++) {
            arrive(1, "order");
            arrive(1, "user");
        }
        rig.project(
                List.of(),
                List.of(),
                List.of(new Disposition.Acknowledged(org, orders.id(), Sequences.of(5), Events.START)));

        assertThat(sequences(lease(orders, 10))).containsExactly(1L, 3L);
        assertThat(lease(orders, 10)).isEmpty();
        assertThat(leases.stats(org, orders.id()).available()).isZero();
    }

    @Test
    void whatNobodyCouldKeepIsSetAsideInEachInboxThatTakesItAndNeverHandedOut() {
        NamedInbox all = made("all", "*", Start.NOW);
        NamedInbox orders = made("orders", "order", Start.NOW);
        arrive(2, "order");
        rig.project(List.of(Placeholder.of(Events.accepted(org, ++last))));
        arrive(1, "order");
        rig.project(List.of(Placeholder.of(Events.accepted(org, ++last))));

        assertThat(sequences(lease(all, 10))).containsExactly(1L, 2L, 4L);
        assertThat(sequences(lease(orders, 10))).containsExactly(1L, 2L, 4L);
        assertThat(lease(all, 10)).isEmpty();

        assertThat(leases.stats(org, all.id()).quarantined()).isEqualTo(2);
        assertThat(leases.stats(org, all.id()).available()).isZero();
        assertThat(inboxes.messages(org, all.id(), 0, 10).messages())
                .filteredOn(message -> message.status() == Status.QUARANTINED)
                .extracting(Message::sequence)
                .containsExactly(3L, 5L);
        assertThat(leases.stats(org, orders.id()).quarantined()).isZero();
        Operations operations = new PostgresOperations(rig.reader, rig.log::add);
        operations.redrive(org, all.id(), Optional.empty(), new Asker("key"));
        rig.project(List.of(), List.of(), List.of(rig.log.getLast()));
        assertThat(leases.stats(org, all.id()).available()).isEqualTo(2);
        assertThat(lease(all, 10)).isEmpty();
        assertThat(leases.stats(org, all.id()).quarantined()).isEqualTo(2);
    }

    private static void assertCode(String code, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code().toString()).isEqualTo(code));
    }

    private static NewInbox named(String key, String actionKey) {
        return new NewInbox(
                Optional.of(key), new Subscription("*", actionKey, "null", "{}"), Optional.empty(), Start.NOW);
    }

    private NamedInbox made(String key, String actionKey, Start start) {
        NewInbox inbox = named(key, actionKey);
        return made(new NewInbox(inbox.key(), inbox.subscription(), Optional.empty(), start));
    }

    private NamedInbox made(NewInbox inbox) {
        NamedInbox made = inboxes.create(org, inbox);
        stamp(last);
        return made;
    }

    private List<Accepted> arrive(int events, String type) {
        List<Accepted> arrived = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            last++;
            arrived.add(
                    Events.accepted(org, last, "{\"n\":" + last + "}", type, Events.START.plusMillis(last % 1_000)));
        }
        rig.project(arrived);
        return arrived;
    }

    /** The processor meets all that was sent where the org's last sequence is this one. */
    private void stamp(long sequence) {
        for (Marker marker : List.copyOf(sent)) {
            Stamp stamp = new Stamp(marker.number(), sequence, new Receipt(3, offset++), Events.START, Events.START);
            rig.project(
                    List.of(),
                    List.of(),
                    List.of(
                            switch (marker.kind()) {
                                case BEGAN -> new Began(marker.org(), marker.inbox(), marker.start(), stamp);
                                case PAUSED -> new Paused(marker.org(), marker.inbox(), stamp);
                                case RESUMED -> new Resumed(marker.org(), marker.inbox(), stamp);
                            }));
        }
    }

    private Optional<Lease> lease(NamedInbox inbox, int most) {
        return leases.lease(org, inbox.id(), most, MINUTE);
    }

    private static List<Long> sequences(Optional<Lease> lease) {
        return lease.map(Lease::messages).orElse(List.of()).stream()
                .map(Message::sequence)
                .toList();
    }
}
