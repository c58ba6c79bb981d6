package dev.triggers.access;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.triggers.backends.PostgresAddress;

/** Pools for tests, small, and as impatient as a service's. */
final class TestPostgres {

    private TestPostgres() {}

    static HikariDataSource pool(PostgresAddress address) {
        HikariConfig pool = new HikariConfig();
        pool.setJdbcUrl(address.jdbcUrl());
        pool.setUsername(address.user());
        pool.setPassword(address.password());
        pool.setMaximumPoolSize(4);
        pool.setConnectionTimeout(1_000);
        pool.setInitializationFailTimeout(-1);
        return new HikariDataSource(pool);
    }

    /** A pool whose schema is there. */
    static HikariDataSource migrated(PostgresAddress address) {
        HikariDataSource pool = pool(address);
        try (AccessSchema schema = new AccessSchema(pool, new ConnectionRoom(pool, 1, 4))) {
            schema.migrate();
        }
        return pool;
    }
}
