package dev.triggers.access;

import dev.triggers.access.OrgChange.Limit.Keep;
import dev.triggers.access.OrgChange.Limit.OfTheTier;
import dev.triggers.access.OrgChange.Limit.Own;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Uuids;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.RateLimit.PerMinute;
import dev.triggers.common.limit.Tier;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Organisations as rows in Postgres. Each change raises the row's version, and so that of all its keys. */
public final class JdbcOrgs implements Orgs {

    private static final String INSERT = """
            insert into access.org (id, name, tier, created_at)
            values (?, ?, ?, ?)
            """;

    private static final String FIND = """
            select %s
              from access.org o
             where o.id = ? and o.deleted_at is null
            """.formatted(OrgRow.COLUMNS);

    private static final String FIND_BY_NAME = """
            select %s
              from access.org o
             where o.name = ? and o.deleted_at is null
             order by o.created_at, o.id
             limit 1
            """.formatted(OrgRow.COLUMNS);

    private static final String LIST = """
            select %s
              from access.org o
             where o.id > ? and o.deleted_at is null
             order by o.id
             limit ?
            """.formatted(OrgRow.COLUMNS);

    private static final String CHANGE = """
            update access.org o
               set tier = coalesce(?, o.tier),
                   limit_per_minute = case when ? then o.limit_per_minute else ? end,
                   burst = case when ? then o.burst else ? end,
                   suspended = coalesce(?, o.suspended),
                   version = o.version + 1
             where o.id = ? and o.deleted_at is null
            returning %s
            """.formatted(OrgRow.COLUMNS);

    private static final String DELETE = """
            update access.org
               set deleted_at = ?, version = version + 1
             where id = ? and deleted_at is null
            """;

    /** Before every other. */
    private static final UUID FIRST = new UUID(0, 0);

    private final Transactions transactions;
    private final InstantSource clock;
    private final KeyChanges changes;
    private final JdbcKeyRing keys;

    public JdbcOrgs(DataSource dataSource, InstantSource clock, KeyChanges changes) {
        this.transactions = new Transactions(dataSource);
        this.clock = clock;
        this.changes = changes;
        this.keys = new JdbcKeyRing(dataSource, clock, changes);
    }

    @Override
    public NewOrg create(String name, Tier tier) {
        Names.require(name);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Plan plan = new Plan(1, tier.limit());
        Org org = new Org(new OrgId(Uuids.ordered(now)), name, tier, Optional.empty(), plan, false, now);
        return transactions.in("created", connection -> {
            insert(connection, org);
            return new NewOrg(org, keys.insert(connection, org.id(), "first", Scope.all(), Optional.empty()));
        });
    }

    @Override
    public Optional<Org> find(OrgId id) {
        return transactions.in("read", connection -> {
            try (PreparedStatement find = connection.prepareStatement(FIND)) {
                find.setObject(1, id.value());
                return orgs(find).stream().findFirst();
            }
        });
    }

    @Override
    public Optional<Org> findByName(String name) {
        return transactions.in("read", connection -> {
            try (PreparedStatement find = connection.prepareStatement(FIND_BY_NAME)) {
                find.setString(1, name);
                return orgs(find).stream().findFirst();
            }
        });
    }

    @Override
    public List<Org> list(Optional<OrgId> after, int limit) {
        return transactions.in("read", connection -> {
            try (PreparedStatement list = connection.prepareStatement(LIST)) {
                list.setObject(1, after.map(OrgId::value).orElse(FIRST));
                list.setInt(2, limit);
                return orgs(list);
            }
        });
    }

    @Override
    public Optional<Org> change(OrgId id, OrgChange change) {
        return changed("changed", id, connection -> {
            try (PreparedStatement update = connection.prepareStatement(CHANGE)) {
                update.setString(1, change.tier().map(Tier::toString).orElse(null));
                boolean keep = change.limit() instanceof Keep;
                @Nullable PerMinute own = own(change.limit());
                update.setBoolean(2, keep);
                update.setObject(3, own == null ? null : own.events(), Types.BIGINT);
                update.setBoolean(4, keep);
                update.setObject(5, own == null ? null : own.burst(), Types.BIGINT);
                update.setObject(6, change.suspended().orElse(null), Types.BOOLEAN);
                update.setObject(7, id.value());
                return orgs(update).stream().findFirst();
            }
        });
    }

    @Override
    public boolean delete(OrgId id) {
        return changed("deleted", id, connection -> {
                    try (PreparedStatement delete = connection.prepareStatement(DELETE)) {
                        delete.setObject(1, KeyRow.utc(clock.instant()));
                        delete.setObject(2, id.value());
                        return delete.executeUpdate() == 1 ? Optional.of(true) : Optional.empty();
                    }
                })
                .isPresent();
    }

    @Override
    public Optional<IssuedKey> issueKey(OrgId org, String name, Set<Scope> scopes) {
        return keys.issue(org, name, scopes, Optional.empty());
    }

    /** Where the work changed the org, all its keys are made known as they are then. */
    private <T> Optional<T> changed(String done, OrgId id, Transactions.Work<Optional<T>> work) {
        List<KeyChanges.KeyChange> changed = new ArrayList<>();
        Optional<T> result = transactions.in(done, connection -> {
            Optional<T> outcome = work.on(connection);
            if (outcome.isPresent()) {
                changed.addAll(JdbcKeyRing.states(connection, id));
            }
            return outcome;
        });
        changes.announce(changed);
        return result;
    }

    private static @Nullable PerMinute own(OrgChange.Limit limit) {
        return switch (limit) {
            case Keep(), OfTheTier() -> null;
            case Own(PerMinute numbers) -> numbers;
        };
    }

    private static void insert(Connection connection, Org org) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setObject(1, org.id().value());
            insert.setString(2, org.name());
            insert.setString(3, org.tier().toString());
            insert.setObject(4, KeyRow.utc(org.createdAt()));
            insert.executeUpdate();
        }
    }

    private static List<Org> orgs(PreparedStatement query) throws SQLException {
        try (ResultSet row = query.executeQuery()) {
            List<Org> orgs = new ArrayList<>();
            while (row.next()) {
                orgs.add(OrgRow.org(row));
            }
            return orgs;
        }
    }
}
