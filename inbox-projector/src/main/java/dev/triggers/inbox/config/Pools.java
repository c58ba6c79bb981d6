package dev.triggers.inbox.config;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** The connection pools of the three roles. None needs Postgres to be there when it is made. */
final class Pools {

    private static final int OWNER_CONNECTIONS = 5; // Flyway takes two at once, a rebuild three
    private static final int AUDITOR_CONNECTIONS = 4;
    private static final int LOCK_WAIT_MILLIS = 3_000;

    private Pools() {}

    static HikariDataSource owner(InboxConfig.Postgres postgres) {
        HikariConfig pool = pool("inbox-owner", postgres, postgres.owner(), postgres.ownerPassword());
        pool.setMaximumPoolSize(OWNER_CONNECTIONS);
        pool.setMinimumIdle(0);
        return new HikariDataSource(pool);
    }

    /** One connection a consumer, one for positions, and one for the upkeep of inboxes; as many again while a rebuild is under way. */
    static HikariDataSource projector(InboxConfig.Postgres postgres, int consumers) {
        HikariConfig pool = pool("inbox-projector", postgres, "triggers_projector", postgres.projectorPassword());
        pool.setMaximumPoolSize(2 * (consumers + 2));
        pool.setMinimumIdle(consumers + 2);
        return new HikariDataSource(pool);
    }

    /** The projector's role, for what is about all orgs besides projecting: no projector has to wait for it. */
    static HikariDataSource auditor(InboxConfig.Postgres postgres) {
        HikariConfig pool = pool("inbox-auditor", postgres, "triggers_projector", postgres.projectorPassword());
        pool.setMaximumPoolSize(AUDITOR_CONNECTIONS);
        pool.setMinimumIdle(0);
        pool.addDataSourceProperty("options", "-c statement_timeout=" + postgres.statementMillis());
        return new HikariDataSource(pool);
    }

    static HikariDataSource reader(InboxConfig.Postgres postgres) {
        HikariConfig pool = pool("inbox-reader", postgres, "triggers_reader", postgres.readerPassword());
        pool.setMaximumPoolSize(postgres.readerPool());
        pool.addDataSourceProperty(
                "options",
                "-c statement_timeout=" + postgres.statementMillis() + " -c lock_timeout=" + LOCK_WAIT_MILLIS);
        return new HikariDataSource(pool);
    }

    /** Connections that listen. Closed and opened anew by who uses them. */
    static DataSource listener(InboxConfig.Postgres postgres) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(postgres.url());
        source.setUser("triggers_reader");
        source.setPassword(postgres.readerPassword());
        source.setTcpKeepAlive(true);
        source.setConnectTimeout(2);
        source.setApplicationName("inbox-notifications");
        return source;
    }

    private static HikariConfig pool(String name, InboxConfig.Postgres postgres, String user, String password) {
        HikariConfig pool = new HikariConfig();
        pool.setPoolName(name);
        pool.setJdbcUrl(postgres.url());
        pool.setUsername(user);
        pool.setPassword(password);
        pool.setInitializationFailTimeout(-1);
        pool.setConnectionTimeout(postgres.waitMillis());
        pool.addDataSourceProperty("tcpKeepAlive", "true");
        pool.addDataSourceProperty("connectTimeout", "2");
        return pool;
    }
}
