package dev.triggers.access;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Keys as they stand in Postgres: the bottom layer. */
public final class JdbcApiKeys implements ApiKeys {

    private static final String FIND = """
            select %s
              from access.api_key k
              join access.org o on o.id = k.org
             where k.hash = ?
            """.formatted(KeyRow.COLUMNS);

    private final DataSource dataSource;
    private final LookUps lookUps = new LookUps();
    private volatile boolean failing;

    public JdbcApiKeys(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public Confirmed ask(ApiKeyHash hash) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement find = connection.prepareStatement(FIND)) {
            find.setBytes(1, hash.bytes());
            try (ResultSet row = find.executeQuery()) {
                boolean found = row.next();
                KeyState state = found ? KeyRow.state(row) : KeyState.UNKNOWN;
                count(found);
                return Confirmed.now(state);
            }
        } catch (SQLException e) {
            failing = true;
            lookUps.failure();
            throw new KeysUnavailable("Postgres could not be asked for a key", e);
        }
    }

    /** What was looked up here: a hit found a row, also one of a revoked key. */
    public LookUps lookUps() {
        return lookUps;
    }

    /** Whether the last look-up failed. */
    public boolean failing() {
        return failing;
    }

    private void count(boolean found) {
        failing = false;
        if (found) {
            lookUps.hit();
        } else {
            lookUps.miss();
        }
    }
}
