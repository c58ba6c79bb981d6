package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Start;
import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.Inbox;
import dev.triggers.inbox.InboxStatus;
import dev.triggers.inbox.Inboxes;
import dev.triggers.inbox.Inboxes.MessagePage;
import dev.triggers.inbox.Inboxes.NewInbox;
import dev.triggers.inbox.LeasePolicy;
import dev.triggers.inbox.Leases;
import dev.triggers.inbox.Leases.Lease;
import dev.triggers.inbox.Message;
import dev.triggers.inbox.MessageId;
import dev.triggers.inbox.Operations;
import dev.triggers.inbox.Operations.Asker;
import dev.triggers.inbox.Operations.From.FromSequence;
import dev.triggers.inbox.Subscription;
import dev.triggers.inbox.postgres.InboxAccount.Stands;
import dev.triggers.inbox.postgres.WalkRig.Fault;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;

/**
 * One organisation with its default inbox and one of its own, what is done to them step by step, and what they have to be
 * after each. Two projectors lag by any number of records, overtake each other, crash, and lose commits or the answers to
 * them; the log takes what it is given, or not, or without saying so; the tables are built again meanwhile.
 */
final class ModelWalk implements AutoCloseable {

    private static final LeasePolicy POLICY = new LeasePolicy(2, 4, 8 << 20);
    private static final Duration LEASE = Duration.ofSeconds(30);
    private final Instant begin = Instant.now();

    private final WalkRig rig;
    private final Random random;
    private final OrgId org = Events.newOrg();
    private final WalkLog log;
    private final List<SteppedProjector> projectors;
    private final Inbox inbox;
    private final Inboxes inboxes;
    private final InboxUpkeep upkeep;
    private final Leases leases;
    private final Operations operations;
    private final List<Side> sides;
    private final Map<Long, EventId> events = new HashMap<>();
    private final List<Step> steps;
    /** Time passes by steps alone, however slow they are. */
    private Duration later = Duration.ZERO;

    /** Steps until the rebuild under way may swap: about as long as it takes to build. */
    private int untilSwap;

    private int eventsProjected;
    private int decisionsApplied;

    /** An inbox and what it has to be. */
    private static final class Side {

        private final InboxId id;
        private final InboxAccount account;
        private final List<Lease> known = new ArrayList<>();
        private long frontier;

        private Side(InboxId id, InboxAccount account) {
            this.id = id;
            this.account = account;
        }
    }

    @FunctionalInterface
    private interface Step {
        void run(Side side) throws SQLException;
    }

    ModelWalk(WalkRig rig, long seed) {
        this.rig = rig;
        this.random = new Random(seed);
        this.log = new WalkLog(rig.broker, org, random);
        List<TopicPartition> partitions = List.of(log.accepted, log.dispositions);
        this.projectors = List.of(projector(partitions), projector(partitions));
        InboxTurns turns = new InboxTurns(rig.tables.reader, log, _ -> begin.plus(this.later));
        this.leases = new PostgresLeases(turns, POLICY);
        this.inbox = new PostgresInbox(turns);
        this.operations = new PostgresOperations(rig.tables.reader, log, _ -> begin.plus(this.later));
        this.inboxes = new PostgresInboxes(rig.tables.reader, log, 10, InstantSource.system());
        this.upkeep = new InboxUpkeep(rig.tables.writer, log, rig.tables.retention, new SimpleMeterRegistry());
        this.sides = List.of(
                new Side(InboxId.defaultOf(org), InboxAccount.ofEverything()),
                new Side(made(), InboxAccount.ofNothingYet()));
        this.steps = weighed();
    }

    private SteppedProjector projector(List<TopicPartition> partitions) {
        return new SteppedProjector(rig.broker.bootstrap(), rig.projection, partitions, log::seen);
    }

    private InboxId made() {
        Start start = random.nextBoolean() ? Start.NOW : Start.from(1 + random.nextInt(30));
        return inboxes.create(org, new NewInbox(Optional.of("walk"), Subscription.EVERYTHING, Optional.empty(), start))
                .id();
    }

    private List<Step> weighed() {
        List<Step> all = new ArrayList<>();
        weigh(all, 3, _ -> accept(1 + random.nextInt(6)));
        weigh(all, 1, _ -> accept(0));
        weigh(all, 6, this::lease);
        weigh(all, 3, this::acknowledge);
        weigh(all, 2, this::acknowledgeAll);
        weigh(all, 2, _ -> acknowledgeById());
        weigh(all, 2, this::release);
        weigh(all, 2, this::renew);
        weigh(all, 2, this::reject);
        weigh(all, 4, _ -> timePasses());
        weigh(all, 2, this::redrive);
        weigh(all, 2, this::replay);
        weigh(all, 1, this::purge);
        weigh(all, 2, _ -> pauseOrResume());
        weigh(all, 1, _ -> sendMarkersAgain());
        weigh(all, 9, _ -> project());
        weigh(all, 1, _ -> projectors.get(random.nextInt(2)).crash());
        weigh(all, 1, _ -> beginRebuild());
        return all;
    }

    private static void weigh(List<Step> all, int weight, Step step) {
        for (int i = 0; i < weight; i++) {
            all.add(step);
        }
    }

    void step() throws SQLException {
        steps.get(random.nextInt(steps.size())).run(sides.get(random.nextInt(2)));
        if (--untilSwap == 0) {
            swap();
        }
        boolean closely = random.nextInt(20) == 0;
        for (Side side : sides) {
            check(side);
            if (closely) {
                assertThat(stands(side)).isEqualTo(side.account.stands());
            }
        }
    }

    private void check(Side side) {
        Leases.Stats stats = leases.stats(org, side.id);
        side.account.check(stats);
        assertThat(stats.frontier()).isGreaterThanOrEqualTo(side.frontier);
        side.frontier = stats.frontier();
    }

    /** What is decided within a call; empty where the log did not answer. */
    private <T> Optional<T> deciding(Supplier<T> call) {
        try {
            T result = call.get();
            decided(true);
            return Optional.of(result);
        } catch (DispositionLog.Unavailable e) {
            decided(false);
            return Optional.empty();
        }
    }

    private void decided(boolean took) {
        log.takenSince().forEach(disposition -> side(disposition).account.logged(disposition, took));
    }

    private Side side(Disposition disposition) {
        return sides.stream()
                .filter(side -> side.id.equals(disposition.inbox()))
                .findFirst()
                .orElseThrow();
    }

    // -- the processor

    private void accept(int more) {
        log.decide(more);
        decided(true);
        log.withdrawnSince().forEach(stamp -> side(stamp).account.withdrawn(stamp));
    }

    // -- consumers

    private void lease(Side side) {
        InboxAccount account = side.account;
        int most = 1 + random.nextInt(5);
        Optional<Lease> lease = leases.lease(org, side.id, most, LEASE);
        boolean took = leases.stats(org, side.id).quarantined()
                > account.those(s -> account.is(s, Stands.QUARANTINED)).size();
        for (Disposition hopeless : log.takenSince()) {
            hopeless.sequences().stream().forEach(s -> {
                assertThat(account.count(s)).isGreaterThanOrEqualTo(POLICY.quarantineAfter());
                assertThat(account.available(s)).isTrue();
            });
            account.logged(hopeless, took);
        }
        if (lease.isPresent()) {
            assertThat(lease.get().messages()).hasSizeBetween(1, most);
            account.lease(lease.get(), later.plus(LEASE), POLICY.aloneAfter());
            side.known.add(lease.get());
        } else {
            assertThat(account.those(account::available)).allMatch(s -> account.count(s) >= POLICY.quarantineAfter());
        }
    }

    private void acknowledge(Side side) {
        someOfALease(
                side,
                (lease, some) ->
                        deciding(() -> leases.acknowledge(org, side.id, lease.id(), Optional.of(ids(side, some)))));
    }

    private void acknowledgeAll(Side side) {
        oneOf(side).ifPresent(lease -> {
            if (side.account.mayNameAll(lease)) {
                deciding(() -> leases.acknowledge(org, side.id, lease.id(), Optional.empty()));
            } else {
                assertExpired(() -> leases.acknowledge(org, side.id, lease.id(), Optional.empty()));
            }
        });
    }

    private void acknowledgeById() {
        List<Long> some = sides.getFirst().account.those(_ -> random.nextInt(25) == 0);
        if (!some.isEmpty()) {
            deciding(() -> inbox.acknowledge(org, some.stream().map(events::get).toList()));
        }
    }

    private void reject(Side side) {
        someOfALease(
                side,
                (lease, some) -> deciding(() -> leases.reject(org, side.id, lease.id(), Optional.of(ids(side, some)))));
    }

    private void release(Side side) {
        Duration delay = Duration.ofSeconds(random.nextBoolean() ? 0 : 20);
        someOfALease(side, (lease, some) -> {
            List<Message> released = leases.release(org, side.id, lease.id(), Optional.of(ids(side, some)), delay);
            side.account.release(released.stream().map(Message::sequence).toList(), delay);
        });
    }

    private void renew(Side side) {
        oneOf(side).ifPresent(lease -> {
            if (side.account.heldOf(lease).isEmpty()) {
                assertExpired(() -> leases.renew(org, side.id, lease.id(), LEASE));
            } else {
                leases.renew(org, side.id, lease.id(), LEASE);
                side.account.renew(lease, later.plus(LEASE));
            }
        });
    }

    private void timePasses() {
        later = later.plusSeconds(random.nextInt(40));
        sides.forEach(side -> side.account.now(later));
    }

    private Optional<Lease> oneOf(Side side) {
        return side.known.isEmpty() ? Optional.empty() : Optional.of(side.known.get(random.nextInt(side.known.size())));
    }

    @FunctionalInterface
    private interface Settle {
        void settle(Lease lease, List<Long> some);
    }

    private void someOfALease(Side side, Settle settle) {
        oneOf(side).ifPresent(lease -> {
            List<Long> some = new ArrayList<>();
            while (some.isEmpty()) {
                lease.messages().stream()
                        .map(Message::sequence)
                        .filter(_ -> random.nextBoolean())
                        .forEach(some::add);
            }
            if (side.account.mayName(lease, some)) {
                settle.settle(lease, some);
            } else {
                assertExpired(() -> settle.settle(lease, some));
            }
        });
    }

    private static void assertExpired(Runnable call) {
        assertThatThrownBy(call::run).isInstanceOf(ProblemException.class).hasMessageContaining("lease_expired");
    }

    private static List<MessageId> ids(Side side, List<Long> sequences) {
        return sequences.stream().map(s -> MessageId.of(side.id, s)).toList();
    }

    // -- who manages

    private void redrive(Side side) {
        boolean all = random.nextBoolean();
        List<Long> some = side.account.those(_ -> random.nextInt(4) == 0);
        deciding(() -> operations.redrive(
                org, side.id, all ? Optional.empty() : Optional.of(ids(side, some)), new Asker("key")));
    }

    private void replay(Side side) {
        if (side.account.arrived() > 0) {
            long from = 1 + random.nextLong(side.account.arrived()) / 4 * 4;
            Optional<DedupId> name =
                    random.nextInt(3) == 0 ? Optional.empty() : Optional.of(new DedupId("from " + from));
            deciding(() -> operations.replay(org, side.id, new FromSequence(from), new Asker("key", name)));
        }
    }

    private void purge(Side side) {
        InboxAccount account = side.account;
        List<Long> given = account.those(s -> account.is(s, Stands.OPEN) && !account.held(s));
        if (random.nextInt(2) == 0) {
            deciding(() -> operations.purge(org, side.id, new Asker("key")))
                    .ifPresent(_ -> assertThat(given).allMatch(s -> account.is(s, Stands.DONE)));
        }
    }

    private void pauseOrResume() {
        Side side = sides.getLast();
        if (inboxes.find(org, side.id).status() != InboxStatus.PAUSED) {
            inboxes.pause(org, side.id);
            side.account.pauseAsked();
        } else {
            inboxes.resume(org, side.id);
            side.account.resumeAsked();
        }
    }

    /** So much time has passed that what has no stamp yet is taken for lost. */
    private void sendMarkersAgain() throws SQLException {
        InboxRig.execute(
                rig.tables.writer,
                "update inbox.inbox set asked_at = now() - interval '1 hour', resent = 0 where id = '"
                        + sides.getLast().id + "'");
        upkeep.sendAgain();
    }

    // -- projectors

    private void project() throws SQLException {
        SteppedProjector projector = projectors.get(random.nextInt(2));
        int newEvents = random.nextInt(log.eventsFrom(projector.next(log.accepted)) + 1);
        int decisions = random.nextInt(Math.max(0, log.decisionsFrom(projector.next(log.dispositions))) + 1);
        switch (random.nextInt(12)) {
            case 0 -> rig.failNextCommit(Fault.BEFORE);
            case 1 -> rig.failNextCommit(Fault.AFTER);
            default -> rig.noMoreFaults();
        }
        project(projector, newEvents, decisions);
    }

    /** Applies so many, unless another one did, or it fails. What the tables then have is what counts. */
    private void project(SteppedProjector projector, int newEvents, int decisions) throws SQLException {
        boolean ahead = log.eventsBelow(projector.next(log.accepted)) == eventsProjected
                && log.decisionsBelow(projector.next(log.dispositions)) == decisionsApplied;
        int eventsBefore = eventsProjected;
        int decisionsBefore = decisionsApplied;
        boolean worked = projector.apply(Map.of(log.accepted, newEvents, log.dispositions, decisions));
        rig.noMoreFaults();
        observe();
        assertThat(eventsProjected).isBetween(eventsBefore, eventsBefore + newEvents);
        assertThat(decisionsApplied).isBetween(decisionsBefore, decisionsBefore + decisions);
        if (worked && ahead) {
            assertThat(eventsProjected).isEqualTo(eventsBefore + newEvents);
            assertThat(decisionsApplied).isEqualTo(decisionsBefore + decisions);
        }
    }

    private void observe() throws SQLException {
        Map<TopicPartition, Long> positions = rig.projection.positions(List.of(log.accepted, log.dispositions));
        int arrived = log.eventsBelow(positions.getOrDefault(log.accepted, 0L));
        for (int i = eventsProjected; i < arrived; i++) {
            events.put((long) i + 1, log.event(i).event().id());
            sides.forEach(side -> side.account.arrive(1));
        }
        eventsProjected = Math.max(eventsProjected, arrived);
        int applied = log.decisionsBelow(positions.getOrDefault(log.dispositions, 0L));
        for (; decisionsApplied < applied; decisionsApplied++) {
            Disposition decision = log.decision(decisionsApplied);
            side(decision).account.applied(decision);
        }
    }

    // -- rebuilds

    private void beginRebuild() throws SQLException {
        if (!rig.isRebuilding()) {
            rig.rebuilding.begin();
            untilSwap = 100 + random.nextInt(80);
        }
    }

    private void swap() throws SQLException {
        if (rig.swap()) {
            sides.forEach(side -> side.account.swapped());
        }
    }

    // -- the end

    /** Everything has its place, is projected, and stands as the log says; also once more after a last rebuild. */
    void end() throws SQLException {
        for (int i = 0; i < 100 && !sides.getLast().account.allStamped(); i++) {
            sendMarkersAgain();
            accept(1);
            log.commit();
            catchUp();
        }
        assertThat(sides.getLast().account.allStamped()).isTrue();
        log.commit();
        catchUp();
        assertAsTheLogSays();
        beginRebuild();
        swap();
        assertAsTheLogSays();
        boolean paused = sides.getLast().account.changesAsked() % 2 == 0;
        assertThat(inboxes.find(org, sides.getLast().id).status())
                .isEqualTo(paused ? InboxStatus.PAUSED : InboxStatus.ACTIVE);
    }

    private void catchUp() throws SQLException {
        SteppedProjector projector = projectors.getFirst();
        projector.crash();
        project(
                projector,
                log.eventsFrom(projector.next(log.accepted)),
                log.decisionsFrom(projector.next(log.dispositions)));
    }

    private void assertAsTheLogSays() {
        for (Side side : sides) {
            check(side);
            assertThat(stands(side)).isEqualTo(side.account.fromTheLog());
        }
    }

    // -- how it stands

    private Map<Long, Stands> stands(Side side) {
        Map<Long, Stands> stands = new HashMap<>();
        side.account.those(side.account::enters).forEach(s -> stands.put(s, Stands.DONE));
        OptionalLong after = OptionalLong.of(0);
        while (after.isPresent()) {
            MessagePage page = inboxes.messages(org, side.id, after.getAsLong(), 1_000);
            page.messages().forEach(message -> stands.put(message.sequence(), stand(message)));
            after = page.next();
        }
        return stands;
    }

    private static Stands stand(Message message) {
        return switch (message.status()) {
            case ACKED -> Stands.DONE;
            case QUARANTINED -> Stands.QUARANTINED;
            case AVAILABLE, LEASED -> Stands.OPEN;
        };
    }

    @Override
    public void close() throws SQLException {
        rig.noMoreFaults();
        log.close();
        projectors.forEach(SteppedProjector::close);
        upkeep.close();
        rig.swap();
    }
}
