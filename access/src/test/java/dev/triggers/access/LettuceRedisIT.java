package dev.triggers.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.triggers.access.RedisValues.RedisAway;
import dev.triggers.backends.testing.Gate;
import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Redis as it is, and as it is when it takes connections and answers nothing. */
@ExtendWith(RealBackendsExtension.class)
class LettuceRedisIT extends RedisValuesContract {

    private static final Duration MOST_WAITED = Duration.ofMillis(50);
    private static final Duration LONG_PAUSE = Duration.ofMinutes(1);

    private Gate gate;
    private LettuceRedis redis;
    private RedisClient plain;

    @BeforeEach
    void open(RealBackends backends) {
        gate = new Gate(URI.create(backends.redisUrl()).getPort());
        redis = redis(gate.port(), Duration.ofMillis(500), Duration.ofMillis(100));
        plain = RedisClient.create(backends.redisUrl());
        await().until(redis::up);
    }

    @AfterEach
    void close() {
        redis.close();
        plain.shutdown();
        gate.close();
    }

    @Override
    RedisValues values() {
        return redis;
    }

    @Override
    void force(String name, String text) {
        try (var connection = plain.connect()) {
            connection.sync().psetex(name, 300_000, text);
        }
    }

    @Test
    void aRedisThatNeverAnswersIsWaitedForByNobody() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                LettuceRedis hung = redis(mute.getLocalPort(), MOST_WAITED, LONG_PAUSE)) {
            for (int i = 0; i < 1_000; i++) {
                assertThatThrownBy(() -> hung.get("key")).isInstanceOf(RedisAway.class);
            }

            assertThat(hung.waitsInVain()).isZero();
            assertThat(hung.up()).isFalse();
        }
    }

    @Test
    void aRedisThatHangsIsWaitedForOnceAndThenByNobody() {
        try (LettuceRedis hanging = redis(gate.port(), MOST_WAITED, LONG_PAUSE)) {
            await().until(hanging::up);
            gate.stall();

            long begin = System.nanoTime();
            assertThatThrownBy(() -> hanging.get("key")).isInstanceOf(RedisAway.class);
            Duration first = Duration.ofNanos(System.nanoTime() - begin);
            for (int i = 0; i < 1_000; i++) {
                assertThatThrownBy(() -> hanging.get("key")).isInstanceOf(RedisAway.class);
                hanging.offer("key", new RedisValues.Versioned(1, "1|1|a"), MOST_WAITED);
            }

            assertThat(first).isGreaterThanOrEqualTo(MOST_WAITED);
            assertThat(hanging.waitsInVain()).isEqualTo(1);
        }
    }

    @Test
    void ofManyWhoAskAHangingRedisAtOnceEachWaitsAtMostOnce() throws InterruptedException {
        int callers = 200;
        try (LettuceRedis hanging = redis(gate.port(), MOST_WAITED, LONG_PAUSE)) {
            await().until(hanging::up);
            gate.stall();
            CountDownLatch done = new CountDownLatch(callers);

            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < callers; i++) {
                    threads.execute(() -> {
                        for (int call = 0; call < 10; call++) {
                            assertThatThrownBy(() -> hanging.get("key")).isInstanceOf(RedisAway.class);
                        }
                        done.countDown();
                    });
                }
            }

            assertThat(done.getCount()).isZero();
            assertThat(hanging.waitsInVain()).isBetween(1L, (long) callers);
        }
    }

    @Test
    void aRedisThatHungIsUsedAgainOnceItAnswers() throws RedisAway {
        gate.stall();
        assertThatThrownBy(() -> redis.get("key")).isInstanceOf(RedisAway.class);
        gate.open();

        await().atMost(Duration.ofSeconds(10)).until(redis::up);
        assertThat(redis.get("key")).isEmpty();
    }

    @Test
    void aRedisThatGoesSilentIsFoundOutWithoutACaller() {
        gate.stall();

        await().atMost(Duration.ofSeconds(5)).until(() -> !redis.up());
        assertThat(redis.waitsInVain()).isZero();
    }

    private static LettuceRedis redis(int port, Duration commandTimeout, Duration pause) {
        LettuceRedis redis = new LettuceRedis(RedisURI.create("redis://127.0.0.1:" + port), commandTimeout, pause);
        redis.start();
        return redis;
    }
}
