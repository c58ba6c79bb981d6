package dev.triggers.access;

import java.util.Optional;

/**
 * Who a key belongs to. Layers of caches decorate one another; each is safe for use by many threads, and throws
 * {@link KeysUnavailable} when it could not decide, which is never "no".
 */
public interface ApiKeys {

    /**
     * The caller a key speaks for. Empty: there is no such key, or it was revoked. One that expired is still answered:
     * its {@link Caller#expiresAt} says so.
     */
    default Optional<Caller> find(ApiKeyHash hash) {
        return ask(hash).caller();
    }

    /** What a key is, for one that may be anybody's guess. */
    Confirmed ask(ApiKeyHash hash);

    /** What has become of a key that was known to the layer above: never refused for being one guess too many. */
    default Confirmed askAgain(ApiKeyHash hash) {
        return ask(hash);
    }
}
