package dev.triggers.access;

import dev.triggers.access.KeyState.Gone;
import dev.triggers.access.KeyState.InUse;
import dev.triggers.common.event.OrgId;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How a key's state stands in its row and its org's. */
final class KeyRow {

    /** What {@link #state} and {@link #hash} read, of a key {@code k} and its org {@code o}. */
    static final String COLUMNS = """
            k.id, k.hash, k.scopes, k.expires_at, k.version + o.version as version,
            k.revoked_at is not null or o.deleted_at is not null as gone,
            o.id as org, o.tier, o.limit_per_minute, o.burst, o.suspended, o.version as plan_version
            """;

    private KeyRow() {}

    static KeyState state(ResultSet row) throws SQLException {
        if (row.getBoolean("gone")) {
            return new Gone(row.getLong("version"));
        }
        return new InUse(new Caller(
                new OrgId(row.getObject("org", UUID.class)),
                row.getString("id"),
                scopes(row),
                OrgRow.plan(row),
                row.getBoolean("suspended"),
                instant(row, "expires_at"),
                row.getLong("version")));
    }

    static ApiKeyHash hash(ResultSet row) throws SQLException {
        return ApiKeyHash.of(row.getBytes("hash"));
    }

    static Set<Scope> scopes(ResultSet row) throws SQLException {
        return Scope.known(Set.of((String[]) row.getArray("scopes").getArray()));
    }

    static Array scopes(Connection connection, Collection<Scope> scopes) throws SQLException {
        return connection.createArrayOf(
                "text", scopes.stream().map(Scope::toString).toArray());
    }

    static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        @Nullable OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
        return at == null ? Optional.empty() : Optional.of(at.toInstant());
    }

    static OffsetDateTime utc(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }
}
