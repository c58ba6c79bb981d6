package dev.triggers.access;

import dev.triggers.common.event.OrgId;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** A key just made. Its text is known now and never again: only the hash is stored. */
public record IssuedKey(OrgId org, String name, ApiKey key, Set<Scope> scopes, Optional<Instant> expiresAt) {

    public IssuedKey {
        scopes = Set.copyOf(scopes);
    }

    /** The part of the key that may be shown and stored. */
    public String id() {
        return key.id();
    }
}
