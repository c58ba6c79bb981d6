package dev.triggers.proof.bench;

import dev.triggers.common.event.OrgId;
import java.util.Map;

/** An organisation of the load, without a limit, and its first key, which may do everything. */
record Org(OrgId id, String key) {

    Map<String, String> headers() {
        return Map.of("Authorization", "Bearer " + key, "Content-Type", "application/json");
    }
}
