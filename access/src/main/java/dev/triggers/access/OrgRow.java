package dev.triggers.access;

import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.RateLimit;
import dev.triggers.common.limit.Tier;
import java.sql.ResultSet;
import java.sql.SQLException;

/** How an org's plan stands in its row: the tier's numbers, or its own where it has some. */
final class OrgRow {

    private OrgRow() {}

    /** Reads columns {@code tier, limit_per_minute, burst, plan_version}. */
    static Plan plan(ResultSet row) throws SQLException {
        Tier tier = Tier.parse(row.getString("tier"));
        long own = row.getLong("limit_per_minute");
        long ownBurst = row.getLong("burst");
        RateLimit limit = own == 0 ? tier.limit() : new RateLimit.PerMinute(own, ownBurst == 0 ? own : ownBurst);
        return new Plan(row.getLong("plan_version"), limit);
    }
}
