package dev.triggers.ingest.http;

import dev.triggers.access.OrgChange;
import dev.triggers.access.OrgChange.Limit;
import dev.triggers.common.limit.RateLimit.PerMinute;
import dev.triggers.common.limit.Tier;
import java.util.Optional;

/** {@code {tier?, limit?, suspended?}}, at least one of them; {@code limit} is {@code {per_minute, burst?}} or null. */
final class OrgChangeBody {

    private OrgChangeBody() {}

    static OrgChange parse(byte[] body) {
        JsonBody json = JsonBody.parse(body, "tier", "limit", "suspended");
        if (!json.has("tier") && !json.has("limit") && !json.has("suspended")) {
            throw JsonBody.invalid("body: empty (expected: at least one of tier, limit, suspended)");
        }
        return new OrgChange(
                json.has("tier") ? Optional.of(JsonBody.checked(Tier::parse, json.string("tier"))) : Optional.empty(),
                limit(json),
                json.has("suspended") ? Optional.of(json.bool("suspended")) : Optional.empty());
    }

    private static Limit limit(JsonBody json) {
        if (!json.has("limit")) {
            return new Limit.Keep();
        }
        if (json.isNull("limit")) {
            return new Limit.OfTheTier();
        }
        JsonBody limit = json.object("limit", "per_minute", "burst");
        long perMinute = limit.integer("per_minute");
        long burst = limit.has("burst") ? limit.integer("burst") : perMinute;
        return JsonBody.checked(_ -> new Limit.Own(new PerMinute(perMinute, burst)), "limit");
    }
}
