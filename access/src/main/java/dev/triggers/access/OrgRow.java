package dev.triggers.access;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.RateLimit;
import dev.triggers.common.limit.RateLimit.PerMinute;
import dev.triggers.common.limit.Tier;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;

/** How an org stands in its row: its plan is the tier's numbers, or its own where it has some. */
final class OrgRow {

    /** What {@link #org} reads, of an org {@code o}. */
    static final String COLUMNS =
            "o.id, o.name, o.tier, o.limit_per_minute, o.burst, o.suspended, o.version as plan_version, o.created_at";

    private OrgRow() {}

    static Org org(ResultSet row) throws SQLException {
        return new Org(
                new OrgId(row.getObject("id", UUID.class)),
                row.getString("name"),
                Tier.parse(row.getString("tier")),
                own(row),
                plan(row),
                row.getBoolean("suspended"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }

    /** Reads columns {@code tier, limit_per_minute, burst, plan_version}. */
    static Plan plan(ResultSet row) throws SQLException {
        Optional<PerMinute> own = own(row);
        RateLimit limit =
                own.isPresent() ? own.get() : Tier.parse(row.getString("tier")).limit();
        return new Plan(row.getLong("plan_version"), limit);
    }

    private static Optional<PerMinute> own(ResultSet row) throws SQLException {
        long own = row.getLong("limit_per_minute");
        long burst = row.getLong("burst");
        return own == 0 ? Optional.empty() : Optional.of(new PerMinute(own, burst == 0 ? own : burst));
    }
}
