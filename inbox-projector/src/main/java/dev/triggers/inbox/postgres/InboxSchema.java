package dev.triggers.inbox.postgres;

import dev.triggers.common.about.Readiness;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the inbox tables up to date in the background, waiting for Postgres for as long as it takes. */
public final class InboxSchema implements Readiness, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(InboxSchema.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final DataSource owner;
    private final Passwords passwords;
    private final DayPartitions days;
    private final InstantSource clock;
    private volatile boolean ready;
    private @Nullable Thread keeper;

    /** The passwords are for the two roles, should they have to be created. */
    public InboxSchema(
            DataSource owner,
            String readerPassword,
            String projectorPassword,
            DayPartitions days,
            InstantSource clock) {
        this.owner = owner;
        this.passwords = new Passwords(readerPassword, projectorPassword);
        this.days = days;
        this.clock = clock;
    }

    /** Of the two roles, should they have to be created. */
    public record Passwords(String reader, String projector) {

        public Passwords {
            requireNoEnd(reader);
            requireNoEnd(projector);
        }

        /** They stand between quotes in the migration, which is itself between {@code $roles$}. */
        private static void requireNoEnd(String password) {
            if (password.contains("$roles$")) {
                throw new IllegalArgumentException("password: contains $roles$ (expected: anything else)");
            }
        }

        private Map<String, String> placeholders() {
            return Map.of(
                    "readerPassword", reader.replace("'", "''"), "projectorPassword", projector.replace("'", "''"));
        }

        /** Says nothing of them. */
        @Override
        public String toString() {
            return "two passwords";
        }
    }

    /** Begins in the background; {@code whenReady} runs once, when the tables are there. */
    public synchronized void start(Runnable whenReady) {
        keeper = Thread.ofPlatform().daemon().name("inbox-schema").start(() -> keep(whenReady));
    }

    private void keep(Runnable whenReady) {
        try {
            while (!migrated()) {
                Thread.sleep(RETRY_AFTER);
            }
            ready = true;
            whenReady.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean migrated() {
        try {
            migrate(owner, "inbox", passwords);
            days.ensure(DayKeeper.around(Retention.dayOf(clock.instant())));
            return true;
        } catch (SQLException | FlywayException e) {
            log.atWarn()
                    .addKeyValue("cause", String.valueOf(e.getMessage()))
                    .log("inbox tables not ready, trying again");
            return false;
        }
    }

    /** Throws {@link FlywayException}. */
    static void migrate(DataSource owner, String schema, Passwords passwords) {
        Flyway.configure()
                .dataSource(owner)
                .schemas(schema)
                .defaultSchema(schema)
                .locations("classpath:db/inbox")
                .placeholders(passwords.placeholders())
                .load()
                .migrate();
    }

    @Override
    public List<String> waitingFor() {
        return ready ? List.of() : List.of("inbox: postgres");
    }

    @Override
    public synchronized void close() {
        if (keeper != null) {
            keeper.interrupt();
        }
    }
}
