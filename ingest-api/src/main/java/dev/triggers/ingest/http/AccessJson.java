package dev.triggers.ingest.http;

import dev.triggers.access.IssuedKey;
import dev.triggers.access.KeyRing;
import dev.triggers.access.Org;
import dev.triggers.access.Scope;
import dev.triggers.common.limit.RateLimit.PerMinute;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** How organisations and keys are written. */
final class AccessJson {

    private AccessJson() {}

    static void members(Org org, JsonGenerator json) {
        json.writeStringProperty("id", org.id().toString());
        json.writeStringProperty("name", org.name());
        json.writeStringProperty("tier", org.tier().toString());
        limit(org.own(), json);
        json.writeBooleanProperty("suspended", org.suspended());
        json.writeStringProperty("created_at", org.createdAt().toString());
    }

    /** With the key's text: for the one answer that shows it. */
    static void members(IssuedKey key, JsonGenerator json) {
        json.writeStringProperty("id", key.id());
        json.writeStringProperty("key", key.key().reveal());
        json.writeStringProperty("name", key.name());
        scopes(key.scopes(), json);
        expiry(key.expiresAt(), json);
    }

    static void members(KeyRing.Entry key, JsonGenerator json) {
        json.writeStringProperty("id", key.id());
        json.writeStringProperty("name", key.name());
        scopes(key.scopes(), json);
        json.writeStringProperty("created_at", key.createdAt().toString());
        expiry(key.expiresAt(), json);
    }

    static void scopes(Collection<Scope> scopes, JsonGenerator json) {
        json.writeArrayPropertyStart("scopes");
        scopes.stream().sorted().map(Scope::toString).forEach(json::writeString);
        json.writeEndArray();
    }

    /** Null where there is none. */
    static void limit(Optional<PerMinute> limit, JsonGenerator json) {
        if (limit.isEmpty()) {
            json.writeNullProperty("limit");
            return;
        }
        json.writeObjectPropertyStart("limit");
        json.writeNumberProperty("per_minute", limit.get().events());
        json.writeNumberProperty("burst", limit.get().burst());
        json.writeEndObject();
    }

    private static void expiry(Optional<Instant> expiresAt, JsonGenerator json) {
        json.writeName("expires_at");
        expiresAt.ifPresentOrElse(at -> json.writeString(at.toString()), json::writeNull);
    }
}
