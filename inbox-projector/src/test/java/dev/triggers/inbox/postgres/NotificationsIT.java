package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.testing.Gate;
import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.Accepted;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.live.WakeUps;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

@ExtendWith(RealBackendsExtension.class)
class NotificationsIT {

    private static final Duration SOON = Duration.ofSeconds(10);

    private static InboxRig rig;

    private final WakeUps wakeUps = new WakeUps(10);

    @BeforeAll
    static void start(RealBackends real) {
        rig = new InboxRig(real);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Test
    void whatIsProjectedWakesThoseWhoWaitInItsOrgs() {
        try (Notifications notifications = listening()) {
            OrgId org = Events.newOrg();
            CompletableFuture<Integer> waiting = waiting(org);

            rig.project(List.of(Events.accepted(org, 1)));

            assertThat(waiting).succeedsWithin(SOON).isEqualTo(2);
            assertThat(notifications.listening()).isTrue();
        }
    }

    @Test
    void aBatchOfMoreOrgsThanCanBeNamedWakesEveryone() {
        try (Notifications _ = listening()) {
            CompletableFuture<Integer> waiting = waiting(Events.newOrg());
            List<Accepted> many = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                many.add(Events.accepted(Events.newOrg(), 1));
            }

            rig.project(many);

            assertThat(waiting).succeedsWithin(SOON).isEqualTo(2);
        }
    }

    @Test
    void whenTheConnectionIsLostEveryoneIsWokenOnceItIsBack() throws Exception {
        try (Notifications notifications = listening()) {
            CompletableFuture<Integer> waiting = waiting(Events.newOrg());

            InboxRig.rows(
                    rig.owner,
                    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'listening'"
                            + " and datname = current_database()");

            assertThat(waiting).succeedsWithin(SOON).isEqualTo(2);
            await().atMost(SOON).until(notifications::listening);
        }
    }

    @Test
    void aConnectionThatIsLostWithoutAWordIsMissedAndEveryoneIsWokenOnceThereIsAnother() {
        try (Gate gate = new Gate(postgres().getPort());
                Notifications notifications = listening(gate.port())) {
            CompletableFuture<Integer> waiting = waiting(Events.newOrg());

            gate.stall();
            await().atMost(SOON).until(() -> !notifications.listening());
            assertThat(waiting).isNotDone();
            gate.open();

            assertThat(waiting).succeedsWithin(SOON).isEqualTo(2);
            await().atMost(SOON).until(notifications::listening);
        }
    }

    @Test
    void whoFailsWhenWokenKeepsNobodyAsleepForLong() {
        AtomicInteger failures = new AtomicInteger(1);
        OrgId failing = Events.newOrg();
        try (Notifications _ = listening();
                WakeUps.Watch _ = wakeUps.watch(failing, () -> {
                    if (failures.getAndDecrement() > 0) {
                        throw new IllegalStateException("woken badly");
                    }
                })) {
            rig.project(List.of(Events.accepted(failing, 1)));
            await().atMost(SOON).until(() -> failures.get() <= 0);
            OrgId org = Events.newOrg();
            CompletableFuture<Integer> waiting = waiting(org);

            rig.project(List.of(Events.accepted(org, 1)));

            assertThat(waiting).succeedsWithin(SOON).isEqualTo(2);
        }
    }

    private Notifications listening() {
        return listening(postgres().getPort());
    }

    private static URI postgres() {
        return URI.create(rig.reader.getJdbcUrl().substring("jdbc:".length()));
    }

    private Notifications listening(int port) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(rig.reader.getJdbcUrl());
        source.setPortNumbers(new int[] {port});
        source.setConnectTimeout(2);
        source.setUser(rig.owner.getUsername());
        source.setPassword(rig.owner.getPassword());
        source.setApplicationName("listening");
        Notifications notifications = new Notifications(source, wakeUps);
        notifications.start();
        await().atMost(SOON).until(notifications::listening);
        return notifications;
    }

    /** Waits until it asked twice; the second time only after a wake-up. */
    private CompletableFuture<Integer> waiting(OrgId org) {
        AtomicInteger asked = new AtomicInteger();
        CompletableFuture<Integer> waiting = CompletableFuture.supplyAsync(
                () -> wakeUps.until(
                        org, Duration.ofSeconds(20), asked::incrementAndGet, n -> n == 2, _ -> Optional.empty()),
                task -> Thread.ofVirtual().start(task));
        await().atMost(SOON).until(() -> asked.get() == 1);
        return waiting;
    }
}
