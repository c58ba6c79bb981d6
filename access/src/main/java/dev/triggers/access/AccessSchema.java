package dev.triggers.access;

import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings schema {@code access} up to date in the background, trying for ever, so that a service starts without
 * Postgres. Any number of instances may do so at once. Until it is done a look-up is {@link KeysUnavailable}.
 */
public final class AccessSchema implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AccessSchema.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final DataSource dataSource;
    private final ConnectionRoom room;
    private final Thread migration =
            Thread.ofPlatform().daemon().name("access-schema").unstarted(this::migrateForEver);
    private volatile boolean migrated;

    /**
     * @param dataSource one without a time limit on its statements: a migration may take long
     * @param room looked at when Postgres first answers
     */
    public AccessSchema(DataSource dataSource, ConnectionRoom room) {
        this.dataSource = dataSource;
        this.room = room;
    }

    public void start() {
        migration.start();
    }

    public boolean migrated() {
        return migrated;
    }

    @Override
    public void close() {
        migration.interrupt();
    }

    private void migrateForEver() {
        Duration pause = FIRST_PAUSE;
        while (!migrated) {
            try {
                room.look();
                migrate();
            } catch (RuntimeException | SQLException e) {
                log.atWarn()
                        .addKeyValue("retry_in_ms", pause.toMillis())
                        .addKeyValue("reason", e.getMessage())
                        .log("Schema access could not be migrated");
                if (interruptedAfter(pause)) {
                    return;
                }
                pause = longer(pause);
            }
        }
    }

    void migrate() {
        Flyway.configure()
                .dataSource(dataSource)
                .schemas("access")
                .defaultSchema("access")
                .locations("classpath:db/access")
                .table("schema_history")
                .load()
                .migrate();
        migrated = true;
    }

    private static Duration longer(Duration pause) {
        Duration twice = pause.multipliedBy(2);
        return twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
    }

    private static boolean interruptedAfter(Duration pause) {
        try {
            Thread.sleep(pause);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
