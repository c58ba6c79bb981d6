package dev.triggers.access.config;

import dev.triggers.access.AccessSchema;
import dev.triggers.access.ConnectionRoom;
import dev.triggers.access.JdbcApiKeys;
import dev.triggers.access.RedisValues;
import dev.triggers.common.about.Readiness;
import java.util.ArrayList;
import java.util.List;

/** Keys need neither Redis nor Postgres for a service to be ready: what is away is only said. */
record AccessReadiness(RedisValues redis, AccessSchema schema, JdbcApiKeys postgres, ConnectionRoom room)
        implements Readiness {

    @Override
    public List<String> waitingFor() {
        return List.of();
    }

    @Override
    public List<String> degraded() {
        List<String> away = new ArrayList<>();
        if (!redis.up()) {
            away.add("redis");
        }
        if (!schema.migrated() || postgres.failing()) {
            away.add("postgres");
        }
        if (room.tooLittle()) {
            away.add("postgres connections");
        }
        return away;
    }
}
