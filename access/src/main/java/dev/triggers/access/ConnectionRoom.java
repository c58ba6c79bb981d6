package dev.triggers.access;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalInt;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether Postgres has room for the pools of all instances: instances × pool ≤ {@code max_connections} − 10. Looked at
 * once, when Postgres first answers; too little is an alarm, and keeps nobody from serving.
 */
public final class ConnectionRoom {

    /** Connections left to everybody else: superusers, migrations, other services. */
    public static final int LEFT_TO_OTHERS = 10;

    private static final Logger log = LoggerFactory.getLogger(ConnectionRoom.class);
    private static final int UNKNOWN = -1;

    private final DataSource dataSource;
    private final int instances;
    private final int pool;
    private volatile int maxConnections = UNKNOWN;

    /** @param pool most connections of each instance */
    public ConnectionRoom(DataSource dataSource, int instances, int pool) {
        this.dataSource = dataSource;
        this.instances = instances;
        this.pool = pool;
    }

    /** Connections that all instances together may open more than there is room for; 0 when it is enough. Absent before Postgres said. */
    public OptionalInt missing() {
        int most = maxConnections;
        return most == UNKNOWN
                ? OptionalInt.empty()
                : OptionalInt.of(Math.max(0, instances * pool - (most - LEFT_TO_OTHERS)));
    }

    /** Whether it is known to be too little. */
    public boolean tooLittle() {
        return missing().orElse(0) > 0;
    }

    void look() throws SQLException {
        if (missing().isPresent()) {
            return;
        }
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("show max_connections")) {
            row.next();
            maxConnections = Integer.parseInt(row.getString(1));
        }
        if (tooLittle()) {
            log.atError()
                    .addKeyValue("max_connections", maxConnections)
                    .addKeyValue("instances", instances)
                    .addKeyValue("pool", pool)
                    .addKeyValue("missing", missing().getAsInt())
                    .log("Postgres has too few connections (expected: instances x pool <= max_connections - 10)");
        }
    }
}
