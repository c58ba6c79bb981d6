package dev.triggers.cli.dev;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.backends.BackendFailure;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class OrderlyEndTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    void whatEndsInTimeIsWaitedFor() throws InterruptedException {
        AtomicBoolean ended = new AtomicBoolean();

        assertThat(OrderlyEnd.within(LONG, () -> ended.set(true))).isEmpty();
        assertThat(ended).isTrue();
    }

    @Test
    void whatHangsIsNotWaitedFor() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);

        assertThat(OrderlyEnd.within(Duration.ofSeconds(1), () -> awaitForever(never)))
                .hasValue("it takes longer than 1 s");
        never.countDown();
    }

    @Test
    void whatFailsSaysWhy() throws InterruptedException {
        assertThat(OrderlyEnd.within(LONG, () -> {
                    throw new BackendFailure("Kafka at 127.0.0.1:1 did not stop");
                }))
                .hasValue("Kafka at 127.0.0.1:1 did not stop");
    }

    private static void awaitForever(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
