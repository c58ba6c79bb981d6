package dev.triggers.inbox.http;

import dev.triggers.access.ApiKeyHash;
import dev.triggers.access.ApiKeys;
import dev.triggers.access.Caller;
import dev.triggers.access.Scope;
import dev.triggers.access.http.ApiKeyFilter;
import jakarta.servlet.http.HttpServletRequest;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;

/** Whether who was let in with a request that goes on for long may go on: asked of the keys each time. */
public final class Permits {

    private final ApiKeys keys;
    private final InstantSource clock;

    public Permits(ApiKeys keys, InstantSource clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /** True while the key still is what it was when the request came, and may read inboxes. */
    BooleanSupplier of(HttpServletRequest request, Caller caller) {
        ApiKeyHash key = ApiKeyFilter.keyOf(request);
        return () -> keys.find(key)
                .filter(now -> now.org().equals(caller.org()) && now.scopes().contains(Scope.INBOX_READ))
                .filter(now -> !now.suspended() && !now.expired(clock.instant()))
                .isPresent();
    }
}
