package dev.triggers.inbox.rebuild;

import static dev.triggers.inbox.rebuild.RebuildRig.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.InboxUnavailable;
import dev.triggers.inbox.Leases.Lease;
import dev.triggers.inbox.Message;
import dev.triggers.inbox.Rebuilds.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Consumers lease, acknowledge and give back while events come in and the tables are built again, and again. */
@ExtendWith(RealBackendsExtension.class)
class RebuildUnderTrafficIT {

    private static final Duration LEASE = Duration.ofMinutes(10);
    private static final int CONSUMERS = 3;
    private static final int REBUILDS = 3;

    private final OrgId org = Events.newOrg();
    private final InboxId inbox = InboxId.defaultOf(org);
    private final RealBackends real;

    /** Who holds a message, by sequence. */
    private final Map<Long, Lease> held = new ConcurrentHashMap<>();

    private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    /** Events that may be on their way at once. */
    private final Semaphore room = new Semaphore(300);

    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong leases = new AtomicLong();
    private volatile boolean sending = true;
    private volatile boolean done;

    RebuildUnderTrafficIT(RealBackends real) {
        this.real = real;
    }

    @Test
    void nothingAcknowledgedComesBackNothingIsLostAndNothingIsLeasedTwice() throws Exception {
        try (RebuildRig rig = new RebuildRig(real);
                ExecutorService threads = Executors.newCachedThreadPool()) {
            try {
                threads.execute(() -> send(rig));
                for (int i = 0; i < CONSUMERS; i++) {
                    threads.execute(() -> consume(rig));
                }
                RebuildRunner instance = rig.instance();
                for (int i = 0; i < REBUILDS; i++) {
                    long before = leases.get();
                    await().atMost(SOON).until(() -> leases.get() > before + 5);
                    instance.begin();
                    await().atMost(SOON)
                            .ignoreExceptions()
                            .until(() ->
                                    instance.overview().last().orElseThrow().state() == State.DONE);
                }
                sending = false;
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(acknowledged).hasSize((int) sent.get()));
            } finally {
                sending = false;
                done = true;
            }
            assertThat(wrong).isEmpty();
            assertThat(rig.rows("select number from inbox.generation")).containsExactly(Integer.toString(REBUILDS + 1));
            rig.awaitProjected();
            assertThat(rig.rows("select count(*), max(sequence) from inbox.event where org = '" + org + "'"))
                    .containsExactly(sent + " " + sent);
            assertThat(rig.leases.lease(org, inbox, 10, LEASE)).isEmpty();
        }
    }

    private void send(RebuildRig rig) {
        try {
            while (sending) {
                if (room.tryAcquire(100, TimeUnit.MILLISECONDS)) {
                    rig.send(List.of(Topics.ACCEPTED.record(org, Events.accepted(org, sent.incrementAndGet()))));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void consume(RebuildRig rig) {
        while (!done) {
            try {
                Optional<Lease> lease = rig.leases.lease(org, inbox, 7, LEASE);
                if (lease.isPresent() && !lease.get().messages().isEmpty()) {
                    use(rig, lease.get());
                }
            } catch (RuntimeException e) {
                wrong.add(e.toString());
            }
        }
    }

    private void use(RebuildRig rig, Lease lease) {
        leases.incrementAndGet();
        for (Message message : lease.messages()) {
            if (acknowledged.contains(message.sequence())) {
                wrong.add(message.sequence() + " was acknowledged and came back");
            }
            Lease other = held.putIfAbsent(message.sequence(), lease);
            if (other != null) {
                wrong.add(message.sequence() + " is leased twice, as "
                        + other.id().number() + " and " + lease.id().number());
            }
        }
        if (lease.id().number() % 5 == 0) {
            lease.messages().forEach(message -> held.remove(message.sequence()));
            untilAnswered(() -> rig.leases.release(org, inbox, lease.id(), Optional.empty(), Duration.ZERO));
        } else {
            untilAnswered(() -> rig.leases.acknowledge(org, inbox, lease.id(), Optional.empty()));
            lease.messages().forEach(message -> acknowledged.add(message.sequence()));
            lease.messages().forEach(message -> held.remove(message.sequence()));
            room.release(lease.messages().size());
        }
    }

    private void untilAnswered(Runnable call) {
        for (int tries = 0; tries < 20; tries++) {
            try {
                call.run();
                return;
            } catch (InboxUnavailable | DispositionLog.Unavailable e) {
                // not known whether it was done: to say it again is harmless
            } catch (ProblemException e) {
                if (tries == 0) {
                    wrong.add(e.toString());
                }
                return; // a release that had been done, and was leased by another
            }
        }
        wrong.add("no answer");
    }
}
