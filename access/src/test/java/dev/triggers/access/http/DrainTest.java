package dev.triggers.access.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.common.about.ReadinessReport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DrainTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final Drain drain = new Drain();

    @Test
    void aDrainingServerIsNotReadyAndSaysWhy() {
        drain.announce();

        assertThat(ReadinessReport.of(List.of(drain)).status()).isEqualTo(503);
        assertThat(ReadinessReport.of(List.of(drain)).json())
                .isEqualTo("{\"status\":\"draining\",\"waiting_for\":[],\"degraded\":[]}");
    }

    @Test
    void whileItIsOnlyAnnouncedRequestsStillGetIn() {
        drain.announce();

        assertThat(drain.enter()).isTrue();
    }

    @Test
    void onceItRefusesNobodyGetsIn() throws Exception {
        assertThat(drain.refuse(Duration.ZERO)).isTrue();

        assertThat(drain.enter()).isFalse();
        assertThat(drain.underWay()).isZero();
    }

    @Test
    void itWaitsForTheLastToLeave() throws Exception {
        drain.enter();
        drain.enter();
        CompletableFuture<Boolean> empty = refusing(LONG);
        await().until(() -> !drain.enter() || left());

        drain.leave();
        assertThat(empty).isNotDone();
        drain.leave();

        assertThat(empty.get(10, TimeUnit.SECONDS)).isTrue();
    }

    private boolean left() {
        drain.leave();
        return false;
    }

    @Test
    void itWaitsNoLongerThanItIsToldTo() throws Exception {
        drain.enter();

        assertThat(drain.refuse(Duration.ofMillis(20))).isFalse();
    }

    @Test
    void whoGetsInIsSeenOutHoweverTheTwoMeet() throws Exception {
        for (int round = 0; round < 200; round++) {
            Drain contended = new Drain();
            AtomicInteger inside = new AtomicInteger();
            CountDownLatch begin = new CountDownLatch(1);
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 8; i++) {
                    var _ = threads.submit(() -> {
                        begin.await();
                        while (contended.enter()) {
                            inside.incrementAndGet();
                            inside.decrementAndGet();
                            contended.leave();
                        }
                        return true;
                    });
                }
                begin.countDown();

                assertThat(contended.refuse(LONG)).isTrue();
                assertThat(inside).hasValue(0);
            }
        }
    }

    private CompletableFuture<Boolean> refusing(Duration atMost) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return drain.refuse(atMost);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
