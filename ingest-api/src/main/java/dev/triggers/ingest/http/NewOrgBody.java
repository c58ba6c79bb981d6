package dev.triggers.ingest.http;

import dev.triggers.common.limit.Tier;

/** {@code {name, tier}}, and nothing else. */
record NewOrgBody(String name, Tier tier) {

    static NewOrgBody parse(byte[] body) {
        JsonBody json = JsonBody.parse(body, "name", "tier");
        return new NewOrgBody(json.string("name"), JsonBody.checked(Tier::parse, json.string("tier")));
    }
}
