package dev.triggers.access;

import dev.triggers.access.RedisValues.RedisAway;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The two connections to one Redis, for commands and for notices: of use only while both are there. */
final class RedisLink {

    static final String CHANNEL = "triggers:keys";

    private final StatefulRedisConnection<String, String> commands;
    private final StatefulRedisPubSubConnection<String, String> notices;

    private RedisLink(
            StatefulRedisConnection<String, String> commands, StatefulRedisPubSubConnection<String, String> notices) {
        this.commands = commands;
        this.notices = notices;
    }

    /** Connects and subscribes; waits for both. Throws {@link RedisAway} when either is not answered in time. */
    static RedisLink open(RedisClient client, RedisListener listener, Duration patience) throws RedisAway {
        try {
            StatefulRedisConnection<String, String> commands = client.connect();
            try {
                RedisLink link = new RedisLink(commands, client.connectPubSub());
                link.subscribe(listener, patience);
                return link;
            } catch (RedisException | RedisAway e) {
                var _ = commands.closeAsync();
                throw e;
            }
        } catch (RedisException | IllegalStateException e) {
            throw new RedisAway(e.toString());
        }
    }

    private void subscribe(RedisListener listener, Duration patience) throws RedisAway {
        notices.addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String message) {
                listener.heard(message);
            }
        });
        try {
            answer(notices.async().subscribe(CHANNEL), patience);
        } catch (RedisAway | RedisException | TimeoutException e) {
            var _ = notices.closeAsync();
            throw new RedisAway(e.toString());
        }
    }

    boolean open() {
        return commands.isOpen() && notices.isOpen();
    }

    RedisAsyncCommands<String, String> commands() {
        return commands.async();
    }

    /** Throws {@link RedisAway} when one of the two does not answer in time. */
    void ping(Duration commandPatience, Duration noticePatience) throws RedisAway {
        try {
            RedisFuture<String> pong = notices.async().ping();
            answer(commands.async().ping(), commandPatience);
            answer(pong, noticePatience);
        } catch (RedisException | TimeoutException e) {
            throw new RedisAway(e.toString());
        }
    }

    void close() {
        var _ = commands.closeAsync();
        var _ = notices.closeAsync();
    }

    private static <T> T answer(Future<T> command, Duration patience) throws RedisAway, TimeoutException {
        try {
            return command.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | CancellationException e) {
            throw new RedisAway(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedisAway("interrupted");
        }
    }
}
