package dev.triggers.access;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Redis that may come and go. It is looked for in the background. A command that is not answered in time opens the
 * circuit: from then on nobody waits, until Redis was found again and answers as fast as it must. One that opens the
 * circuit again and again is looked for less and less often.
 */
public final class LettuceRedis implements RedisValues, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LettuceRedis.class);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final int CALM_PAUSES = 10;
    private static final Duration ANNOUNCED = Duration.ofSeconds(1);
    private static final RedisListener NOBODY = new RedisListener() {
        @Override
        public void linked() {}

        @Override
        public void heard(String notice) {}
    };

    private final ClientResources resources;
    private final RedisClient client;
    private final Duration commandTimeout;
    private final Duration pause;
    private final AtomicReference<@Nullable RedisLink> link = new AtomicReference<>();
    private final Semaphore dropped = new Semaphore(0);
    private final LongAdder waitsInVain = new LongAdder();
    private final Thread keeper =
            Thread.ofPlatform().daemon().name("redis-link").unstarted(this::keepLinked);
    private volatile RedisListener listener = NOBODY;
    private volatile boolean closed;

    /**
     * @param commandTimeout the longest a caller waits
     * @param pause between two attempts while Redis is away, and between two heartbeats while it is not
     */
    public LettuceRedis(RedisURI address, Duration commandTimeout, Duration pause) {
        this.commandTimeout = commandTimeout;
        this.pause = pause;
        this.resources = DefaultClientResources.builder()
                .ioThreadPoolSize(2)
                .computationThreadPoolSize(2)
                .build();
        this.client = RedisClient.create(
                resources, RedisURI.builder(address).withTimeout(pause).build());
        client.setOptions(ClientOptions.builder()
                .autoReconnect(false) // the keeper connects anew, at its own pace
                .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(10_000)
                .socketOptions(SocketOptions.builder().connectTimeout(pause).build())
                .build());
    }

    /** Begins to connect, and does not wait for it. */
    public void start() {
        keeper.start();
    }

    /** Said before {@link #start}. */
    void listen(RedisListener theListener) {
        listener = theListener;
    }

    @Override
    public Optional<Held> get(String key) throws RedisAway {
        RedisLink live = live();
        // the remaining time first: should the text change in between, it is thought older than it is, never newer
        Future<Long> remaining;
        Future<String> text;
        try {
            remaining = live.commands().pttl(key);
            text = live.commands().get(key);
        } catch (RedisException e) {
            throw drop(live, e.toString());
        }
        @Nullable String held = answer(live, text, commandTimeout);
        long millis = answer(live, remaining, commandTimeout);
        return held == null || millis < 0 ? Optional.empty() : Optional.of(new Held(held, Duration.ofMillis(millis)));
    }

    @Override
    public void offer(String key, Versioned value, Duration timeToLive) {
        @Nullable RedisLink live = link.get();
        if (live == null || !live.open()) {
            return;
        }
        try {
            RedisAsyncCommands<String, String> commands = live.commands();
            commands.<Long>eval(
                            RedisScripts.OFFER,
                            ScriptOutputType.INTEGER,
                            new String[] {key},
                            arguments(value, timeToLive))
                    .exceptionally(e -> {
                        if (!(e instanceof RedisCommandExecutionException)) {
                            drop(live, e.toString());
                        }
                        return null;
                    });
        } catch (RedisException e) {
            drop(live, e.toString());
        }
    }

    @Override
    public void announce(String key, Versioned value, Duration timeToLive, String notice) throws RedisAway {
        RedisLink live = live();
        String[] written = arguments(value, timeToLive);
        Future<Long> answer;
        try {
            answer = live.commands()
                    .eval(
                            RedisScripts.ANNOUNCE,
                            ScriptOutputType.INTEGER,
                            new String[] {key},
                            written[0],
                            written[1],
                            written[2],
                            RedisLink.CHANNEL,
                            notice);
        } catch (RedisException e) {
            throw drop(live, e.toString());
        }
        answer(live, answer, ANNOUNCED);
    }

    @Override
    public boolean up() {
        @Nullable RedisLink live = link.get();
        return live != null && live.open();
    }

    /** How often a caller waited as long as it may and had no answer. */
    public long waitsInVain() {
        return waitsInVain.sum();
    }

    @Override
    public void close() {
        closed = true;
        keeper.interrupt();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }

    private static String[] arguments(Versioned value, Duration timeToLive) {
        return new String[] {Long.toString(value.version()), value.text(), Long.toString(timeToLive.toMillis())};
    }

    private RedisLink live() throws RedisAway {
        @Nullable RedisLink live = link.get();
        if (live == null) {
            throw new RedisAway("not connected");
        }
        if (!live.open()) {
            throw drop(live, "disconnected");
        }
        return live;
    }

    private <T> T answer(RedisLink live, Future<T> command, Duration patience) throws RedisAway {
        try {
            return command.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            command.cancel(true);
            waitsInVain.increment();
            throw drop(live, "no answer within " + patience.toMillis() + " ms");
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RedisCommandExecutionException refused
                    ? new RedisAway(String.valueOf(refused.getMessage()))
                    : drop(live, String.valueOf(e.getCause()));
        } catch (CancellationException e) {
            throw drop(live, "dropped meanwhile");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedisAway("interrupted");
        }
    }

    private RedisAway drop(RedisLink failed, String reason) {
        if (link.compareAndSet(failed, null)) {
            failed.close();
            log.atWarn().addKeyValue("reason", reason).log("Redis is away");
            dropped.release();
        }
        return new RedisAway(reason);
    }

    private void keepLinked() {
        Duration next = pause;
        try {
            while (!closed) {
                if (linked()) {
                    next = stayedUp() ? pause : longer(next);
                }
                Thread.sleep(next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether a link could be made. */
    private boolean linked() {
        try {
            RedisLink fresh = RedisLink.open(client, listener, pause);
            try {
                fresh.ping(commandTimeout, pause);
            } catch (RedisAway e) {
                fresh.close();
                throw e;
            }
            listener.linked();
            link.set(fresh);
            log.atInfo().log("Redis is there");
            return true;
        } catch (RedisAway e) {
            log.atDebug().addKeyValue("reason", e.getMessage()).log("Redis does not answer");
            return false;
        } catch (RuntimeException e) {
            log.atWarn().setCause(e).log("Redis could not be linked to"); // and is tried again, whatever it was
            return false;
        }
    }

    /** Waits until the link is dropped. Whether it had been there for long. */
    private boolean stayedUp() throws InterruptedException {
        int beats = 0;
        while (!closed && !dropped.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
            beats++;
            @Nullable RedisLink live = link.get();
            if (live != null) {
                beat(live);
            }
        }
        return beats >= CALM_PAUSES;
    }

    private void beat(RedisLink live) {
        try {
            live.ping(pause, pause);
        } catch (RedisAway e) {
            drop(live, String.valueOf(e.getMessage()));
        }
    }

    private static Duration longer(Duration time) {
        Duration twice = time.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }
}
