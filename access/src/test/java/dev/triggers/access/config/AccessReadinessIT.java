package dev.triggers.access.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.access.AccessSchema;
import dev.triggers.access.ConnectionRoom;
import dev.triggers.access.JdbcApiKeys;
import dev.triggers.access.LettuceRedis;
import dev.triggers.backends.PostgresAddress;
import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import io.lettuce.core.RedisURI;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
class AccessReadinessIT {

    @Test
    void whatIsAwayOrTooLittleIsSaidAndKeepsNobodyFromServing(RealBackends backends) {
        PostgresAddress address = backends.freshDatabase("readiness");
        AccessConfig.Postgres config = new AccessConfig.Postgres(
                address.jdbcUrl(),
                address.user(),
                address.password(),
                1_000,
                4,
                Duration.ofSeconds(1),
                Duration.ofSeconds(2));
        DataSource postgres = Postgres.single(config);
        ConnectionRoom room = new ConnectionRoom(postgres, config.instances(), config.pool());
        try (AccessSchema schema = new AccessSchema(postgres, room);
                LettuceRedis redis = new LettuceRedis(
                        RedisURI.create(backends.redisUrl()), Duration.ofMillis(500), Duration.ofMillis(200))) {
            AccessReadiness readiness = new AccessReadiness(redis, schema, new JdbcApiKeys(postgres), room);
            assertThat(readiness.degraded()).containsExactly("redis", "postgres");

            redis.start();
            schema.start();

            await().atMost(Duration.ofSeconds(30))
                    .until(() -> readiness.degraded().equals(List.of("postgres connections")));
            assertThat(readiness.waitingFor()).isEmpty();
        }
    }
}
