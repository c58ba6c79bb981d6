package dev.triggers.access;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a Redis that may come and go. It is made in the background. A command that is not answered in time
 * opens the circuit: from then on nobody waits, until a probe in the background is answered.
 */
public final class LettuceRedis implements RedisValues, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LettuceRedis.class);

    private final ClientResources resources;
    private final RedisClient client;
    private final Duration commandTimeout;
    private final Duration pause;
    private final AtomicBoolean probing = new AtomicBoolean();
    private final AtomicReference<@Nullable StatefulRedisConnection<String, String>> connection =
            new AtomicReference<>();
    private volatile boolean closed;

    /**
     * Begins to connect, and does not wait for it.
     *
     * @param commandTimeout the longest a caller waits
     * @param pause between two probes while Redis is away
     */
    public LettuceRedis(RedisURI address, Duration commandTimeout, Duration pause) {
        this.commandTimeout = commandTimeout;
        this.pause = pause;
        this.resources = DefaultClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .build();
        this.client = RedisClient.create(resources, address);
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false) // the probe connects anew, at its own pace
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(10_000)
                .socketOptions(SocketOptions.builder().connectTimeout(pause).build())
                .build());
        probe();
    }

    @Override
    public Optional<String> get(String key) throws RedisAway {
        StatefulRedisConnection<String, String> live = live();
        return answer(live, live.async().get(key));
    }

    @Override
    public void put(String key, String value, Duration timeToLive) {
        StatefulRedisConnection<String, String> live = connection.get();
        if (live != null && live.isOpen()) {
            live.async().psetex(key, timeToLive.toMillis(), value).exceptionally(e -> {
                away(live, e);
                return null;
            });
        }
    }

    @Override
    public boolean up() {
        StatefulRedisConnection<String, String> live = connection.get();
        return live != null && live.isOpen();
    }

    @Override
    public void close() {
        closed = true;
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    private StatefulRedisConnection<String, String> live() throws RedisAway {
        StatefulRedisConnection<String, String> live = connection.get();
        if (live == null) {
            probe();
            throw new RedisAway("not connected");
        }
        if (!live.isOpen()) {
            throw away(live, new RedisAway("disconnected"));
        }
        return live;
    }

    private Optional<String> answer(StatefulRedisConnection<String, String> live, Future<String> command)
            throws RedisAway {
        try {
            return Optional.ofNullable(command.get(commandTimeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException | ExecutionException e) {
            command.cancel(true);
            throw away(live, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedisAway("interrupted");
        }
    }

    private RedisAway away(StatefulRedisConnection<String, String> failed, Throwable reason) {
        if (connection.compareAndSet(failed, null)) {
            var _ = failed.closeAsync();
            log.atWarn().addKeyValue("reason", reason.toString()).log("Redis is away");
        }
        probe();
        return new RedisAway(reason.toString());
    }

    private void probe() {
        if (!closed && probing.compareAndSet(false, true)) {
            Thread.ofVirtual().name("redis-probe").start(this::probeUntilAnswered);
        }
    }

    private void probeUntilAnswered() {
        try {
            while (!closed && !answered()) {
                Thread.sleep(pause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            probing.set(false);
        }
    }

    private boolean answered() {
        try {
            StatefulRedisConnection<String, String> fresh = client.connect();
            if (commandAnswered(fresh)) {
                connection.set(fresh);
                log.atInfo().log("Redis is there");
                return true;
            }
            var _ = fresh.closeAsync();
        } catch (RedisException | IllegalStateException e) {
            log.atDebug().addKeyValue("reason", e.toString()).log("Redis does not answer");
        }
        return false;
    }

    private boolean commandAnswered(StatefulRedisConnection<String, String> fresh) {
        try {
            return "PONG".equals(fresh.async().ping().get(pause.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
