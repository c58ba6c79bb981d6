package dev.triggers.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.triggers.backends.PostgresAddress;
import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.limit.Tier;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
class AccessSchemaIT {

    @Test
    void manyInstancesMayMigrateAtOnce(RealBackends backends) {
        try (HikariDataSource pool = TestPostgres.pool(backends.freshDatabase("many"))) {
            List<AccessSchema> schemas = IntStream.range(0, 4)
                    .mapToObj(_ -> new AccessSchema(pool, room(pool)))
                    .toList();

            schemas.forEach(AccessSchema::start);

            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(schemas).allMatch(AccessSchema::migrated));
            schemas.forEach(AccessSchema::close);
        }
    }

    @Test
    void aServiceStartsWithoutPostgresAndMigratesOnceItIsThere(RealBackends backends) {
        PostgresAddress address = backends.freshDatabase("late");
        backends.postgreSql().stop();
        try (HikariDataSource pool = TestPostgres.pool(address);
                AccessSchema schema = new AccessSchema(pool, room(pool))) {
            schema.start();
            backends.postgreSql().start();

            await().atMost(Duration.ofSeconds(30)).until(schema::migrated);
            assertThat(new JdbcOrgs(pool, InstantSource.system(), KeyChanges.NOBODY)
                            .create("late", Tier.FREE)
                            .org()
                            .name())
                    .isEqualTo("late");
        }
    }

    private static ConnectionRoom room(DataSource pool) {
        return new ConnectionRoom(pool, 1, 4);
    }
}
