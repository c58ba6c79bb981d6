package dev.triggers.access;

import java.time.Duration;

class FakeRedisTest extends RedisValuesContract {

    private final FakeRedis redis = new FakeRedis();

    @Override
    RedisValues values() {
        return redis;
    }

    @Override
    void force(String name, String text) {
        redis.force(name, text, Duration.ofMinutes(5));
    }

    @Override
    void pass(Duration time) {
        redis.millis.addAndGet(time.toMillis());
    }
}
