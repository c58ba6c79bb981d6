package dev.triggers.access;

import dev.triggers.access.KeyChanges.KeyChange;
import dev.triggers.common.event.OrgId;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Keys as rows in Postgres. Of a key only the hash is written. Changes of one org's keys wait for one another at the
 * org's row, so that they are counted and read as they stand. Rows of keys that ended are kept for a day.
 */
public final class JdbcKeyRing implements KeyRing {

    /** Most rows of an org, of keys in use and of those that ended lately. */
    static final int MOST_ROWS = 1_000;

    private static final Duration KEPT = Duration.ofDays(1);

    private static final String ENTRIES = """
            select k.id, k.name, k.scopes, k.created_at, k.expires_at
              from access.api_key k
              join access.org o on o.id = k.org
             where k.org = ? and o.deleted_at is null
               and k.revoked_at is null and (k.expires_at is null or k.expires_at > ?)
             order by k.created_at, k.id
            """;

    private static final String STATES = """
            select %s
              from access.api_key k
              join access.org o on o.id = k.org
             where k.org = ? and k.revoked_at is null
            """.formatted(KeyRow.COLUMNS);

    private static final String LOCK_ORG = """
            select o.id
              from access.org o
             where o.id = ? and o.deleted_at is null
               for no key update
            """;

    private static final String FORGET = """
            delete from access.api_key
             where org = ? and least(revoked_at, expires_at) < ?
            """;

    private static final String COUNT = """
            select count(*) as rows,
                   count(*) filter (where revoked_at is null and (expires_at is null or expires_at > ?)) as in_use
              from access.api_key
             where org = ?
            """;

    private static final String INSERT = """
            insert into access.api_key (id, org, hash, name, scopes, created_at, expires_at)
            values (?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String END = """
            update access.api_key k
               set expires_at = case when ? then least(k.expires_at, ?) else k.expires_at end,
                   revoked_at = case when ? then null else ? end,
                   version = k.version + 1
              from access.org o
             where o.id = k.org and k.id = ? and k.org = ?
               and k.revoked_at is null and (k.expires_at is null or k.expires_at > ?)
            returning %s
            """.formatted(KeyRow.COLUMNS);

    private final Transactions transactions;
    private final InstantSource clock;
    private final KeyChanges changes;
    private final SecureRandom random = new SecureRandom();

    public JdbcKeyRing(DataSource dataSource, InstantSource clock, KeyChanges changes) {
        this.transactions = new Transactions(dataSource);
        this.clock = clock;
        this.changes = changes;
    }

    @Override
    public List<Entry> list(OrgId org) {
        return transactions.in("read", connection -> entries(connection, org, now()));
    }

    @Override
    public Optional<Entry> find(OrgId org, String keyId) {
        return list(org).stream().filter(entry -> entry.id().equals(keyId)).findFirst();
    }

    @Override
    public Optional<IssuedKey> issue(OrgId org, String name, Set<Scope> scopes, Optional<Instant> expiresAt) {
        Names.require(name);
        return transactions.in("given a key", connection -> {
            if (!locked(connection, org)) {
                return Optional.empty();
            }
            requireRoom(connection, org);
            return Optional.of(insert(connection, org, name, scopes, expiresAt));
        });
    }

    @Override
    public Optional<IssuedKey> rotate(OrgId org, String keyId, Duration grace) {
        List<KeyChange> ended = new ArrayList<>();
        Optional<IssuedKey> issued = transactions.in("given another key", connection -> {
            Instant now = now();
            if (!locked(connection, org)) {
                return Optional.empty();
            }
            Optional<Entry> old = entries(connection, org, now).stream()
                    .filter(entry -> entry.id().equals(keyId))
                    .findFirst();
            if (old.isEmpty()) {
                return Optional.empty();
            }
            ended.addAll(end(connection, org, keyId, now, grace));
            requireRoom(connection, org);
            Entry entry = old.get();
            return Optional.of(insert(connection, org, entry.name(), entry.scopes(), entry.expiresAt()));
        });
        changes.announce(ended);
        return issued;
    }

    @Override
    public boolean revoke(OrgId org, String keyId) {
        List<KeyChange> ended = transactions.in(
                "rid of a key",
                connection -> locked(connection, org)
                        ? end(connection, org, keyId, now(), Duration.ZERO)
                        : List.<KeyChange>of());
        changes.announce(ended);
        return !ended.isEmpty();
    }

    /** All keys of an org that were not revoked, as they are now: at most {@value #MOST_ROWS}. */
    static List<KeyChange> states(Connection connection, OrgId org) throws SQLException {
        try (PreparedStatement states = connection.prepareStatement(STATES)) {
            states.setObject(1, org.value());
            return changes(states);
        }
    }

    IssuedKey insert(Connection connection, OrgId org, String name, Set<Scope> scopes, Optional<Instant> expiresAt)
            throws SQLException {
        IssuedKey key = new IssuedKey(org, name, ApiKey.generate(random), scopes, expiresAt);
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setString(1, key.id());
            insert.setObject(2, org.value());
            insert.setBytes(3, key.key().hash().bytes());
            insert.setString(4, name);
            insert.setArray(5, KeyRow.scopes(connection, scopes));
            insert.setObject(6, KeyRow.utc(now()));
            insert.setObject(7, nullable(expiresAt));
            insert.executeUpdate();
        }
        return key;
    }

    private static boolean locked(Connection connection, OrgId org) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement(LOCK_ORG)) {
            lock.setObject(1, org.value());
            try (ResultSet row = lock.executeQuery()) {
                return row.next();
            }
        }
    }

    private void requireRoom(Connection connection, OrgId org) throws SQLException {
        Instant now = now();
        try (PreparedStatement forget = connection.prepareStatement(FORGET)) {
            forget.setObject(1, org.value());
            forget.setObject(2, KeyRow.utc(now.minus(KEPT)));
            forget.executeUpdate();
        }
        try (PreparedStatement count = connection.prepareStatement(COUNT)) {
            count.setObject(1, KeyRow.utc(now));
            count.setObject(2, org.value());
            try (ResultSet row = count.executeQuery()) {
                row.next();
                requireFewer(row.getLong("in_use"), MOST);
                requireFewer(row.getLong("rows"), MOST_ROWS);
            }
        }
    }

    private static void requireFewer(long keys, int most) {
        if (keys >= most) {
            throw new TooManyKeys(keys, most);
        }
    }

    /** What was ended: one, or none. */
    private static List<KeyChange> end(Connection connection, OrgId org, String keyId, Instant now, Duration grace)
            throws SQLException {
        boolean later = grace.isPositive();
        try (PreparedStatement end = connection.prepareStatement(END)) {
            end.setBoolean(1, later);
            end.setObject(2, KeyRow.utc(now.plus(grace)));
            end.setBoolean(3, later);
            end.setObject(4, KeyRow.utc(now));
            end.setString(5, keyId);
            end.setObject(6, org.value());
            end.setObject(7, KeyRow.utc(now));
            return changes(end);
        }
    }

    private static List<KeyChange> changes(PreparedStatement query) throws SQLException {
        try (ResultSet row = query.executeQuery()) {
            List<KeyChange> changes = new ArrayList<>();
            while (row.next()) {
                changes.add(new KeyChange(KeyRow.hash(row), KeyRow.state(row)));
            }
            return changes;
        }
    }

    private static List<Entry> entries(Connection connection, OrgId org, Instant now) throws SQLException {
        try (PreparedStatement list = connection.prepareStatement(ENTRIES)) {
            list.setObject(1, org.value());
            list.setObject(2, KeyRow.utc(now));
            try (ResultSet row = list.executeQuery()) {
                List<Entry> entries = new ArrayList<>();
                while (row.next()) {
                    entries.add(new Entry(
                            row.getString("id"),
                            row.getString("name"),
                            KeyRow.scopes(row),
                            row.getObject("created_at", OffsetDateTime.class).toInstant(),
                            KeyRow.instant(row, "expires_at")));
                }
                return entries;
            }
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    private static @Nullable OffsetDateTime nullable(Optional<Instant> at) {
        return at.map(KeyRow::utc).orElse(null);
    }
}
