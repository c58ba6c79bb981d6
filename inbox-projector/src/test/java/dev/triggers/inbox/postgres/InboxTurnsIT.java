package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.LeasePolicy;
import dev.triggers.inbox.Leases;
import dev.triggers.inbox.Leases.Lease;
import dev.triggers.inbox.Message;
import dev.triggers.inbox.MessageId;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
class InboxTurnsIT {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static InboxRig rig;

    private final OrgId org = Events.newOrg();
    private final InboxId inbox = InboxId.defaultOf(org);
    private final Gate gate = new Gate();
    private final InboxTurns turns = new InboxTurns(rig().reader, gate);
    private final Leases leases = new PostgresLeases(turns, LeasePolicy.DEFAULT);

    @BeforeAll
    static void start(RealBackends real) throws SQLException {
        rig = new InboxRig(real);
        countTransactions();
    }

    /** PostgreSQL itself notes which of its transactions changed an inbox's rows. */
    private static void countTransactions() throws SQLException {
        InboxRig.execute(rig.owner, """
                create table public.change (inbox uuid not null, xid xid8 not null);
                create function public.note_change() returns trigger language plpgsql security definer as $$
                  begin
                    insert into public.change values (coalesce(new.inbox, old.inbox), pg_current_xact_id());
                    return null;
                  end $$;
                create trigger note_change after insert or update or delete on inbox.delivery
                  for each row execute function public.note_change()""");
    }

    /** Transactions that changed this inbox's rows since this was asked last. */
    private long transactions() throws SQLException {
        String count = InboxRig.rows(
                        rig.owner, "select count(distinct xid) from public.change where inbox = '" + inbox + "'")
                .getFirst();
        InboxRig.execute(rig.owner, "delete from public.change where inbox = '" + inbox + "'");
        return Long.parseLong(count);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    /** As it stands once all have begun. */
    private static InboxRig rig() {
        return rig;
    }

    /** A log that can be held up, and then fail. */
    private static final class Gate implements DispositionLog {

        private final AtomicInteger appends = new AtomicInteger();
        private final List<Disposition> dispositions = Collections.synchronizedList(new ArrayList<>());
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);
        private volatile boolean closed;
        private volatile boolean away;

        @Override
        public void append(Disposition disposition) {
            appends.incrementAndGet();
            reached.countDown();
            if (closed) {
                await(opened);
            }
            if (away) {
                throw new Unavailable("away", new IllegalStateException());
            }
            dispositions.add(disposition);
        }

        private static void await(CountDownLatch latch) {
            try {
                assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    @Timeout(60)
    void acknowledgementsThatComeWhileOneIsLoggedShareTheNextTransactionAndAppend() throws Exception {
        int consumers = 20;
        List<Lease> all = leaseEach(consumers + 1);
        assertThat(transactions()).as("one at a time").isEqualTo(consumers + 1);
        gate.closed = true;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> first = threads.submit(() -> acknowledge(all.getFirst()));
            Gate.await(gate.reached);
            List<Future<List<Message>>> rest = new ArrayList<>();
            for (Lease lease : all.subList(1, all.size())) {
                rest.add(threads.submit(() -> acknowledge(lease)));
            }
            awaitWaiting(consumers);
            gate.opened.countDown();
            first.get();
            for (int i = 0; i < rest.size(); i++) {
                assertThat(rest.get(i).get()).extracting(Message::sequence).containsExactly(i + 2L);
            }
        }

        assertThat(gate.appends.get()).isEqualTo(2);
        assertThat(transactions()).isEqualTo(2);
        assertThat(gate.dispositions.getLast().sequences().size()).isEqualTo(consumers);
        assertThat(leases.stats(org, inbox).available()
                        + leases.stats(org, inbox).leased())
                .isZero();
    }

    @Test
    @Timeout(60)
    void leasesAndAcknowledgementsThatComeWhileOneIsLoggedShareTheNextTransaction() throws Exception {
        int consumers = 10;
        List<Lease> held = leaseEach(consumers + 1);
        arrive(consumers + 2, 3 * consumers + 1);
        transactions();
        gate.closed = true;
        Set<Long> leased = ConcurrentHashMap.newKeySet();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> first = threads.submit(() -> acknowledge(held.getFirst()));
            Gate.await(gate.reached);
            List<Future<?>> rest = new ArrayList<>();
            for (Lease lease : held.subList(1, held.size())) {
                rest.add(threads.submit(() -> acknowledge(lease)));
                rest.add(threads.submit(() -> leases.lease(org, inbox, 2, MINUTE)
                        .orElseThrow()
                        .messages()
                        .forEach(message -> leased.add(message.sequence()))));
            }
            awaitWaiting(2 * consumers);
            gate.opened.countDown();
            first.get();
            for (Future<?> each : rest) {
                each.get();
            }
        }

        assertThat(transactions()).as("the first, and all others together").isEqualTo(2);
        assertThat(gate.appends.get()).isEqualTo(2);
        assertThat(leased).hasSize(2 * consumers);
        assertThat(leases.stats(org, inbox).leased()).isEqualTo(2L * consumers);
    }

    private void awaitWaiting(int many) {
        Awaitility.await().until(() -> turns.waiting(org, inbox) == many);
    }

    @Test
    @Timeout(60)
    void oneThatIsRefusedDoesNotSpoilTheOthersOfItsTurn() throws Exception {
        List<Lease> all = leaseEach(3);
        leases.release(org, inbox, all.get(1).id(), Optional.empty(), Duration.ZERO);
        gate.closed = true;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> first = threads.submit(() -> acknowledge(all.get(0)));
            Gate.await(gate.reached);
            Future<?> expired = threads.submit(() -> acknowledge(all.get(1)));
            Future<?> good = threads.submit(() -> acknowledge(all.get(2)));
            awaitWaiting(2);
            gate.opened.countDown();

            first.get();
            good.get();
            assertThatThrownBy(expired::get).hasRootCauseInstanceOf(ProblemException.class);
        }

        assertThat(gate.appends.get()).isEqualTo(2);
        assertThat(leases.stats(org, inbox).available()).isEqualTo(1);
    }

    @Test
    @Timeout(60)
    void aLogThatIsAwayFailsWhatItHadToHoldAndNotTheLeasesOfTheTurn() throws Exception {
        List<Lease> all = leaseEach(2);
        arrive(3, 4);
        gate.closed = true;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> first = threads.submit(() -> acknowledge(all.get(0)));
            Gate.await(gate.reached);
            Future<?> second = threads.submit(() -> acknowledge(all.get(1)));
            Future<Optional<Lease>> lease = threads.submit(() -> leases.lease(org, inbox, 10, MINUTE));
            awaitWaiting(2);
            gate.away = true;
            gate.opened.countDown();

            assertThatThrownBy(first::get).hasRootCauseInstanceOf(IllegalStateException.class);
            assertThatThrownBy(second::get).hasCauseInstanceOf(DispositionLog.Unavailable.class);
            assertThat(lease.get().orElseThrow().messages())
                    .extracting(Message::sequence)
                    .containsExactly(3L, 4L);
        }

        assertThat(leases.stats(org, inbox).leased()).isEqualTo(4);
        assertThat(gate.dispositions).isEmpty();
    }

    @Test
    void whatFailedTooOftenIsNotHandedOutWhileTheLogIsAwayAndTheRestIs() {
        LeasePolicy once = new LeasePolicy(1, 1, 8 << 20);
        Leases strict = new PostgresLeases(new InboxTurns(rig.reader, gate), once);
        arrive(1, 2);
        Lease lease = strict.lease(org, inbox, 1, MINUTE).orElseThrow();
        strict.release(org, inbox, lease.id(), Optional.empty(), Duration.ZERO);
        gate.away = true;

        assertThat(strict.lease(org, inbox, 2, MINUTE).orElseThrow().messages())
                .extracting(Message::sequence)
                .containsExactly(2L);
        assertThat(strict.lease(org, inbox, 2, MINUTE)).isEmpty();
        assertThat(strict.stats(org, inbox).quarantined()).isZero();
        gate.away = false;
        assertThat(strict.lease(org, inbox, 2, MINUTE)).isEmpty();
        assertThat(strict.stats(org, inbox).quarantined()).isEqualTo(1);
    }

    @Test
    @Timeout(120)
    void twentyConsumersOnTwoInstancesShareTenThousandMessagesAndNoneGetsOneTwice() throws Exception {
        int all = 10_000;
        arrive(1, all);
        transactions();
        Leases other = new PostgresLeases(new InboxTurns(rig.reader, gate), LeasePolicy.DEFAULT);
        Set<Long> seen = ConcurrentHashMap.newKeySet();
        Set<Long> twice = ConcurrentHashMap.newKeySet();
        AtomicInteger batches = new AtomicInteger();
        AtomicInteger requests = new AtomicInteger();
        AtomicBoolean second = new AtomicBoolean();
        Callable<Boolean> consumer = () -> {
            Leases mine = second.getAndSet(!second.get()) ? other : leases;
            for (Optional<Lease> lease = mine.lease(org, inbox, 50, MINUTE);
                    lease.isPresent();
                    lease = mine.lease(org, inbox, 50, MINUTE)) {
                batches.incrementAndGet();
                List<MessageId> ids = new ArrayList<>();
                for (Message message : lease.get().messages()) {
                    if (!seen.add(message.sequence())) {
                        twice.add(message.sequence());
                    }
                    ids.add(message.id());
                }
                for (int half = 0; half < 2; half++) {
                    List<MessageId> some = ids.subList(half * ids.size() / 2, (half + 1) * ids.size() / 2);
                    if (!some.isEmpty()) {
                        requests.incrementAndGet();
                        mine.acknowledge(org, inbox, lease.get().id(), Optional.of(some));
                    }
                }
            }
            return true;
        };
        try (ExecutorService consumers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> end : consumers.invokeAll(Collections.nCopies(20, consumer))) {
                end.get();
            }
        }

        assertThat(twice).isEmpty();
        assertThat(seen).hasSize(all);
        assertThat(leases.stats(org, inbox)).isEqualTo(new Leases.Stats(0, 0, 0, Optional.empty(), all, all));
        assertThat(gate.dispositions.stream()
                        .mapToLong(d -> d.sequences().size())
                        .sum())
                .isEqualTo(all);
        assertThat(gate.appends.get()).isLessThan(requests.get());
        assertThat(transactions()).isLessThan(batches.get() + requests.get());
    }

    private List<Lease> leaseEach(int many) {
        arrive(1, many);
        List<Lease> each = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            each.add(leases.lease(org, inbox, 1, MINUTE).orElseThrow());
        }
        return each;
    }

    private List<Message> acknowledge(Lease lease) {
        return leases.acknowledge(org, inbox, lease.id(), Optional.empty());
    }

    private void arrive(long first, long last) {
        rig.project(LongStream.rangeClosed(first, last)
                .mapToObj(s -> Events.accepted(org, s))
                .toList());
    }
}
