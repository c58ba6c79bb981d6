package dev.triggers.access.config;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The two ways to one Postgres, neither of which needs it to be there: pooled and impatient, or single and patient. */
final class Postgres {

    private Postgres() {}

    static HikariDataSource pool(AccessConfig.Postgres config) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("access");
        pool.setJdbcUrl(config.url());
        pool.setUsername(config.user());
        pool.setPassword(config.password());
        pool.setMaximumPoolSize(config.pool());
        pool.setMinimumIdle(1);
        pool.setConnectionTimeout(config.connectionTimeout().toMillis());
        pool.setValidationTimeout(250);
        pool.setInitializationFailTimeout(-1);
        pool.addDataSourceProperty("ApplicationName", "triggers-access");
        pool.addDataSourceProperty("connectTimeout", config.answerTimeout().toSeconds());
        pool.addDataSourceProperty("socketTimeout", config.answerTimeout().toSeconds());
        return new HikariDataSource(pool);
    }

    /** Without a time limit on its statements, for migrations. */
    static DataSource single(AccessConfig.Postgres config) {
        PGSimpleDataSource single = new PGSimpleDataSource();
        single.setURL(config.url());
        single.setUser(config.user());
        single.setPassword(config.password());
        single.setApplicationName("triggers-access-schema");
        single.setConnectTimeout((int) config.answerTimeout().toSeconds());
        return single;
    }
}
