package dev.triggers.inbox.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.Events;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WakeUpsTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SOON = Duration.ofSeconds(5);

    private final WakeUps wakeUps = new WakeUps(2);
    private final OrgId org = Events.newOrg();
    private final AtomicInteger state = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();

    @Test
    void whoWaitsAsksAgainWhenSomethingHappenedAndNotBefore() {
        CompletableFuture<Integer> waiting = until(1);
        await().atMost(SOON).until(() -> asked.get() == 1);
        wakeUps.wake(Events.newOrg());

        state.set(1);
        assertThat(asked).hasValue(1);
        wakeUps.wake(org);

        assertThat(waiting.orTimeout(5, TimeUnit.SECONDS).join()).isEqualTo(1);
        assertThat(wakeUps.waiting()).isZero();
    }

    @Test
    void whatHappensWhileItAsksIsNotMissed() {
        Integer answer = wakeUps.until(
                org,
                LONG,
                () -> {
                    int before = state.get();
                    state.set(1);
                    wakeUps.wake(org);
                    return before;
                },
                found -> found == 1,
                _ -> Optional.empty());

        assertThat(answer).isEqualTo(1);
    }

    @Test
    void allAreWokenAtOnceWhereverTheyWait() {
        CompletableFuture<Integer> waiting = until(1);
        await().atMost(SOON).until(() -> asked.get() == 1);
        state.set(1);

        wakeUps.wakeAll();

        assertThat(waiting.join()).isEqualTo(1);
    }

    @Test
    void whatComesBackByItselfIsAskedForThen() {
        Integer answer = wakeUps.until(
                org, LONG, state::incrementAndGet, found -> found == 3, _ -> Optional.of(Duration.ofMillis(1)));

        assertThat(answer).isEqualTo(3);
    }

    @Test
    void whenTimeIsUpTheLastAnswerIsGiven() {
        assertThat(wakeUps.until(org, Duration.ofMillis(5), () -> 0, _ -> false, _ -> Optional.empty()))
                .isZero();
    }

    @Test
    void whoComesWhenItIsFullIsAnsweredWithoutWaiting() {
        List<CompletableFuture<Integer>> waiting = List.of(until(1), until(1));
        await().atMost(SOON).until(() -> wakeUps.waiting() == 2);

        assertThat(wakeUps.until(org, LONG, () -> 7, _ -> false, _ -> Optional.empty()))
                .isEqualTo(7);
        state.set(1);
        wakeUps.wakeAll();
        assertThat(waiting).extracting(CompletableFuture::join).containsOnly(1);
    }

    private CompletableFuture<Integer> until(int wanted) {
        return CompletableFuture.supplyAsync(
                () -> wakeUps.until(
                        org,
                        LONG,
                        () -> {
                            asked.incrementAndGet();
                            return state.get();
                        },
                        found -> found == wanted,
                        _ -> Optional.empty()),
                task -> Thread.ofVirtual().start(task));
    }
}
