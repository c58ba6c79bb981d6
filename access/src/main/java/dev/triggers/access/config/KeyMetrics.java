package dev.triggers.access.config;

import dev.triggers.access.BoundedApiKeys;
import dev.triggers.access.ConnectionRoom;
import dev.triggers.access.KeyNotices;
import dev.triggers.access.LettuceRedis;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;

/** What is to be watched of keys, beside their look-ups. */
record KeyMetrics(BoundedApiKeys guesses, LettuceRedis redis, KeyNotices notices, ConnectionRoom room)
        implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry registry) {
        FunctionCounter.builder("triggers.key.guesses.refused", guesses, BoundedApiKeys::refused)
                .description("Look-ups of keys nobody knew that were not made, because too many found nobody")
                .register(registry);
        FunctionCounter.builder("triggers.redis.waits.in.vain", redis, LettuceRedis::waitsInVain)
                .description("Waits for Redis that lasted as long as they may and had no answer")
                .register(registry);
        Gauge.builder("triggers.key.changes.unwritten", notices, KeyNotices::unwritten)
                .description("Changes of keys that wait to be written to Redis")
                .register(registry);
        FunctionCounter.builder("triggers.key.changes.dropped", notices, KeyNotices::dropped)
                .description("Changes of keys that were not written to Redis because too many waited")
                .register(registry);
        Gauge.builder(
                        "triggers.postgres.connections.missing",
                        room,
                        r -> r.missing().orElse(0))
                .description("Connections that all instances may open more than Postgres has room for")
                .register(registry);
    }
}
