package dev.triggers.access;

import java.util.Optional;

/** Who a key belongs to. Layers of caches decorate one another; each is safe for use by many threads. */
public interface ApiKeys {

    /**
     * The caller a key speaks for. Empty: there is no such key, or it was revoked. One that expired is still answered:
     * its {@link Caller#expiresAt} says so. Throws {@link KeysUnavailable} when it could not decide, which is never "no".
     */
    Optional<Caller> find(ApiKeyHash hash);
}
