package dev.triggers.access;

import dev.triggers.common.event.OrgId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Keys as they stand in Postgres: the bottom layer. */
public final class JdbcApiKeys implements ApiKeys {

    private static final String FIND = """
            select k.id, k.scopes, k.expires_at, k.version + o.version as version,
                   o.id as org, o.tier, o.limit_per_minute, o.burst, o.suspended, o.version as plan_version
              from access.api_key k
              join access.org o on o.id = k.org
             where k.hash = ? and k.revoked_at is null
            """;

    private final DataSource dataSource;
    private final LookUps lookUps = new LookUps();
    private volatile boolean failing;

    public JdbcApiKeys(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public Optional<Caller> find(ApiKeyHash hash) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement find = connection.prepareStatement(FIND)) {
            find.setBytes(1, hash.bytes());
            try (ResultSet row = find.executeQuery()) {
                Optional<Caller> caller = row.next() ? Optional.of(caller(row)) : Optional.empty();
                count(caller.isPresent());
                return caller;
            }
        } catch (SQLException e) {
            failing = true;
            lookUps.failure();
            throw new KeysUnavailable("Postgres could not be asked for a key", e);
        }
    }

    /** What was looked up here, and how often it was found. */
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

    private static Caller caller(ResultSet row) throws SQLException {
        return new Caller(
                new OrgId(row.getObject("org", UUID.class)),
                row.getString("id"),
                scopes(row),
                OrgRow.plan(row),
                row.getBoolean("suspended"),
                expiry(row),
                row.getLong("version"));
    }

    private static Set<Scope> scopes(ResultSet row) throws SQLException {
        return Scope.known(Set.of((String[]) row.getArray("scopes").getArray()));
    }

    private static Optional<Instant> expiry(ResultSet row) throws SQLException {
        @Nullable OffsetDateTime expiresAt = row.getObject("expires_at", OffsetDateTime.class);
        return expiresAt == null ? Optional.empty() : Optional.of(expiresAt.toInstant());
    }
}
