package dev.triggers.access;

import dev.triggers.common.event.Limits;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Uuids;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.Tier;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;

/** Organisations as rows in Postgres. Of a key only the hash is written. */
public final class JdbcOrgs implements Orgs {

    private static final String INSERT_ORG = """
            insert into access.org (id, name, tier, created_at)
            values (?, ?, ?, ?)
            """;

    private static final String INSERT_KEY = """
            insert into access.api_key (id, org, hash, name, scopes, created_at)
            select ?, o.id, ?, ?, ?, ?
              from access.org o
             where o.id = ?
            """;

    private static final String FIND = """
            select o.id, o.name, o.tier, o.limit_per_minute, o.burst, o.suspended, o.version as plan_version,
                   o.created_at
              from access.org o
             where o.id = ?
            """;

    private static final String FIND_BY_NAME = """
            select o.id, o.name, o.tier, o.limit_per_minute, o.burst, o.suspended, o.version as plan_version,
                   o.created_at
              from access.org o
             where o.name = ?
             order by o.created_at, o.id
             limit 1
            """;

    private final DataSource dataSource;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();

    public JdbcOrgs(DataSource dataSource, InstantSource clock) {
        this.dataSource = dataSource;
        this.clock = clock;
    }

    @Override
    public NewOrg create(String name, Tier tier) {
        requireName(name);
        Instant now = now();
        Org org = new Org(new OrgId(Uuids.ordered(now)), name, tier, new Plan(1, tier.limit()), false, now);
        IssuedKey key = new IssuedKey(org.id(), "first", ApiKey.generate(random), Scope.all());
        return in("created", connection -> {
            connection.setAutoCommit(false);
            insert(connection, org);
            insert(connection, key, now);
            connection.commit();
            return new NewOrg(org, key);
        });
    }

    @Override
    public Optional<Org> find(OrgId id) {
        return in("read", connection -> {
            try (PreparedStatement find = connection.prepareStatement(FIND)) {
                find.setObject(1, id.value());
                return org(find);
            }
        });
    }

    @Override
    public Optional<Org> findByName(String name) {
        return in("read", connection -> {
            try (PreparedStatement find = connection.prepareStatement(FIND_BY_NAME)) {
                find.setString(1, name);
                return org(find);
            }
        });
    }

    @Override
    public Optional<IssuedKey> issueKey(OrgId org, String name, Set<Scope> scopes) {
        requireName(name);
        IssuedKey key = new IssuedKey(org, name, ApiKey.generate(random), scopes);
        return in("given a key", connection -> insert(connection, key, now()) ? Optional.of(key) : Optional.empty());
    }

    private static void insert(Connection connection, Org org) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT_ORG)) {
            insert.setObject(1, org.id().value());
            insert.setString(2, org.name());
            insert.setString(3, org.tier().toString());
            insert.setObject(4, utc(org.createdAt()));
            insert.executeUpdate();
        }
    }

    private static boolean insert(Connection connection, IssuedKey key, Instant now) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT_KEY)) {
            insert.setString(1, key.id());
            insert.setBytes(2, key.key().hash().bytes());
            insert.setString(3, key.name());
            insert.setArray(
                    4,
                    connection.createArrayOf(
                            "text", key.scopes().stream().map(Scope::toString).toArray()));
            insert.setObject(5, utc(now));
            insert.setObject(6, key.org().value());
            return insert.executeUpdate() == 1;
        }
    }

    private static Optional<Org> org(PreparedStatement find) throws SQLException {
        try (ResultSet row = find.executeQuery()) {
            if (!row.next()) {
                return Optional.empty();
            }
            return Optional.of(new Org(
                    new OrgId(row.getObject("id", UUID.class)),
                    row.getString("name"),
                    Tier.parse(row.getString("tier")),
                    OrgRow.plan(row),
                    row.getBoolean("suspended"),
                    row.getObject("created_at", OffsetDateTime.class).toInstant()));
        }
    }

    private static void requireName(String name) {
        boolean printable = name.codePoints()
                .noneMatch(c ->
                        Character.isISOControl(c) || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
        int length = name.codePointCount(0, name.length());
        if (length < 1 || length > NAME_CHARS || name.isBlank() || !printable) {
            throw new IllegalArgumentException(
                    "name: " + Limits.cut(name) + " (expected: 1 to " + NAME_CHARS + " printable characters)");
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static OffsetDateTime utc(Instant at) {
        return at.atOffset(ZoneOffset.UTC);
    }

    private <T> T in(String done, Work<T> work) {
        try (Connection connection = dataSource.getConnection()) {
            return work.on(connection);
        } catch (SQLException e) {
            throw new KeysUnavailable("an organisation could not be " + done, e);
        }
    }

    /** What is done on a connection. */
    private interface Work<T> {
        T on(Connection connection) throws SQLException;
    }
}
