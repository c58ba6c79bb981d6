package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.common.wire.Accepted;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.Inbox;
import dev.triggers.inbox.InboxEvent;
import dev.triggers.inbox.LeasePolicy;
import dev.triggers.inbox.Leases;
import dev.triggers.inbox.Leases.Lease;
import dev.triggers.inbox.Message;
import dev.triggers.inbox.MessageId;
import dev.triggers.inbox.Operations;
import dev.triggers.inbox.Operations.Asker;
import dev.triggers.inbox.Operations.From.FromSequence;
import dev.triggers.inbox.Page;
import dev.triggers.inbox.PageRequest;
import dev.triggers.inbox.postgres.InboxAccount.Stands;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random steps of everything that can happen to an inbox, on real tables, each held to {@link InboxAccount}. The projector
 * lags by any number of dispositions, is fenced, and the log now and then does not answer, having taken what it was given
 * or not.
 */
@ExtendWith(RealBackendsExtension.class)
class InboxModelIT {

    private static final int STEPS = 700;
    private static final LeasePolicy POLICY = new LeasePolicy(2, 4, 8 << 20);
    private static final Duration LEASE = Duration.ofSeconds(30);

    private static InboxRig rig;

    @BeforeAll
    static void start(RealBackends real) {
        rig = new InboxRig(real);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void anInboxIsWhatItsLogSaysWhateverHappens(long seed) throws SQLException {
        Walk walk = new Walk(new Random(seed));
        for (int step = 0; step < STEPS; step++) {
            walk.step();
        }
        walk.catchUp();
        assertThat(walk.stands()).isEqualTo(walk.account.fromTheLog());
        walk.rebuild();
        assertThat(walk.stands()).isEqualTo(walk.account.fromTheLog());
    }

    private static final class Walk {

        private final Random random;
        /** Time passes by steps alone, however slow they are. */
        private final Instant begin = Instant.now();

        private final OrgId org = Events.newOrg();
        private final InboxId id = InboxId.defaultOf(org);
        private final InboxAccount account = new InboxAccount();
        private final Map<Long, EventId> events = new HashMap<>();
        private final List<Lease> known = new ArrayList<>();
        private final List<Disposition> taken = new ArrayList<>();
        private final InboxTurns turns = new InboxTurns(rig.reader, this::append, _ -> begin.plus(this.later));
        private final Leases leases = new PostgresLeases(turns, POLICY);
        private final Inbox inbox = new PostgresInbox(turns);
        private final Operations operations =
                new PostgresOperations(rig.reader, this::append, _ -> begin.plus(this.later));
        private final List<Runnable> actions = List.of(
                this::arrive,
                this::lease,
                this::lease,
                this::lease,
                this::acknowledge,
                this::acknowledge,
                this::acknowledgeAll,
                this::acknowledgeById,
                this::release,
                this::renew,
                this::reject,
                this::timePasses,
                this::timePasses,
                this::redrive,
                this::replay,
                this::purge,
                this::project,
                this::project,
                this::zombie);
        private Duration later = Duration.ZERO;
        private long frontier;

        private Walk(Random random) {
            this.random = random;
        }

        void step() {
            actions.get(random.nextInt(actions.size())).run();
            Leases.Stats stats = leases.stats(org, id);
            account.check(stats);
            assertThat(stats.frontier()).isGreaterThanOrEqualTo(frontier);
            frontier = stats.frontier();
            if (random.nextInt(20) == 0) {
                assertThat(stands()).isEqualTo(account.stands());
            }
        }

        // -- the log

        /** Takes it; or does not; or takes it and does not say so. */
        private void append(Disposition disposition) {
            int luck = random.nextInt(25);
            if (luck != 0) {
                taken.add(disposition);
            }
            if (luck <= 1) {
                throw new DispositionLog.Unavailable("a fault of the test", new IllegalStateException());
            }
        }

        /** What is decided within a call; empty where the log did not answer. */
        private <T> Optional<T> deciding(Supplier<T> call) {
            taken.clear();
            try {
                T result = call.get();
                taken.forEach(disposition -> account.logged(disposition, true));
                return Optional.of(result);
            } catch (DispositionLog.Unavailable e) {
                taken.forEach(disposition -> account.logged(disposition, false));
                return Optional.empty();
            }
        }

        // -- steps

        private void arrive() {
            List<Accepted> more = new ArrayList<>();
            int count = 1 + random.nextInt(6);
            for (int i = 1; i <= count; i++) {
                Accepted accepted = Events.accepted(org, account.arrived() + i);
                events.put(accepted.sequence(), accepted.event().id());
                more.add(accepted);
            }
            rig.project(more);
            account.arrive(count);
        }

        private void lease() {
            int most = 1 + random.nextInt(5);
            taken.clear();
            int before = known.size();
            Optional<Lease> lease = leases.lease(org, id, most, LEASE);
            boolean took = leases.stats(org, id).quarantined() > quarantined();
            for (Disposition hopeless : taken) {
                hopeless.sequences().stream().forEach(s -> {
                    assertThat(account.count(s)).isGreaterThanOrEqualTo(POLICY.quarantineAfter());
                    assertThat(account.available(s)).isTrue();
                });
                account.logged(hopeless, took);
            }
            lease.ifPresent(one -> {
                assertThat(one.messages()).hasSizeBetween(1, most);
                account.lease(one, later.plus(LEASE), POLICY.aloneAfter());
                known.add(one);
            });
            if (known.size() == before) {
                assertThat(account.those(account::available))
                        .allMatch(s -> account.count(s) >= POLICY.quarantineAfter());
            }
        }

        private long quarantined() {
            return account.those(s -> account.is(s, Stands.QUARANTINED)).size();
        }

        private void acknowledge() {
            someOfALease(
                    (lease, some) -> deciding(() -> leases.acknowledge(org, id, lease.id(), Optional.of(ids(some)))));
        }

        private void acknowledgeAll() {
            if (known.isEmpty()) {
                return;
            }
            Lease lease = known.get(random.nextInt(known.size()));
            if (account.mayNameAll(lease)) {
                deciding(() -> leases.acknowledge(org, id, lease.id(), Optional.empty()));
            } else {
                assertExpired(() -> leases.acknowledge(org, id, lease.id(), Optional.empty()));
            }
        }

        private void acknowledgeById() {
            List<Long> some = account.those(_ -> random.nextInt(25) == 0);
            if (!some.isEmpty()) {
                List<EventId> ids = some.stream().map(events::get).toList();
                deciding(() -> inbox.acknowledge(org, ids));
            }
        }

        private void reject() {
            someOfALease((lease, some) -> deciding(() -> leases.reject(org, id, lease.id(), Optional.of(ids(some)))));
        }

        private void release() {
            Duration delay = Duration.ofSeconds(random.nextBoolean() ? 0 : 20);
            someOfALease((lease, some) -> {
                List<Message> released = leases.release(org, id, lease.id(), Optional.of(ids(some)), delay);
                account.release(released.stream().map(Message::sequence).toList(), delay);
            });
        }

        private void renew() {
            if (known.isEmpty()) {
                return;
            }
            Lease lease = known.get(random.nextInt(known.size()));
            if (account.heldOf(lease).isEmpty()) {
                assertExpired(() -> leases.renew(org, id, lease.id(), LEASE));
            } else {
                leases.renew(org, id, lease.id(), LEASE);
                account.renew(lease, later.plus(LEASE));
            }
        }

        private void timePasses() {
            later = later.plusSeconds(random.nextInt(40));
            account.now(later);
        }

        private void redrive() {
            boolean all = random.nextBoolean();
            List<Long> some = account.those(_ -> random.nextInt(4) == 0);
            deciding(() -> operations.redrive(org, id, all ? Optional.empty() : Optional.of(ids(some)), new Asker("key")));
        }

        private void replay() {
            if (account.arrived() > 0) {
                long from = 1 + random.nextLong(account.arrived());
                deciding(() -> operations.replay(org, id, new FromSequence(from), new Asker("key")));
            }
        }

        private void purge() {
            List<Long> given = account.those(s -> account.is(s, Stands.OPEN) && !account.held(s));
            if (random.nextInt(3) == 0) {
                deciding(() -> operations.purge(org, id, new Asker("key")))
                        .ifPresent(_ -> assertThat(given).allMatch(s -> account.is(s, Stands.DONE)));
            }
        }

        /** The projector applies some of what was decided, late, in one batch. */
        private void project() {
            List<Disposition> waiting = account.notApplied();
            int some = random.nextInt(waiting.size() + 1);
            rig.project(List.of(), List.of(), waiting.subList(0, some));
            account.applied(some);
        }

        /** One that was overtaken applies what has been applied since, or not: it changes nothing. */
        private void zombie() {
            assertThat(rig.projectAsZombie(account.all())).isFalse();
        }

        private interface Settle {
            void settle(Lease lease, List<Long> some);
        }

        private void someOfALease(Settle settle) {
            if (known.isEmpty()) {
                return;
            }
            Lease lease = known.get(random.nextInt(known.size()));
            List<Long> some = new ArrayList<>();
            while (some.isEmpty()) {
                lease.messages().stream()
                        .map(Message::sequence)
                        .filter(_ -> random.nextBoolean())
                        .forEach(some::add);
            }
            if (account.mayName(lease, some)) {
                settle.settle(lease, some);
            } else {
                assertExpired(() -> settle.settle(lease, some));
            }
        }

        private static void assertExpired(Runnable call) {
            assertThatThrownBy(call::run).isInstanceOf(ProblemException.class).hasMessageContaining("lease_expired");
        }

        private List<MessageId> ids(List<Long> sequences) {
            return sequences.stream().map(s -> MessageId.of(id, s)).toList();
        }

        // -- the end

        void catchUp() {
            List<Disposition> rest = account.notApplied();
            rig.project(List.of(), List.of(), rest);
            account.applied(rest.size());
        }

        /** The inbox is made again from nothing but the log. */
        void rebuild() throws SQLException {
            try (Connection connection = rig.owner.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("delete from inbox.delivery where inbox = '" + id + "'");
                statement.execute("delete from inbox.operation where inbox = '" + id + "'");
                statement.execute("delete from inbox.inbox where id = '" + id + "'");
            }
            rig.project(List.of(), List.of(), account.all());
        }

        Map<Long, Stands> stands() {
            Map<Long, Stands> stands = new HashMap<>();
            OptionalLong after = OptionalLong.of(0);
            while (after.isPresent()) {
                Page page = inbox.page(
                        org, new PageRequest(after.getAsLong(), 1_000, PageRequest.Filter.ALL, Optional.empty()));
                page.events().forEach(event -> stands.put(event.sequence(), stand(event)));
                after = page.next();
            }
            return stands;
        }

        private static Stands stand(InboxEvent event) {
            return switch (event.status()) {
                case ACKED -> Stands.DONE;
                case QUARANTINED -> Stands.QUARANTINED;
                case AVAILABLE, LEASED -> Stands.OPEN;
            };
        }
    }
}
