package dev.triggers.access;

import dev.triggers.access.KeyState.Gone;
import dev.triggers.access.KeyState.InUse;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Keys in a map, which counts how often it was asked and can be away. */
public final class FakeApiKeys implements ApiKeys {

    private final Map<ApiKeyHash, KeyState> states = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean away;

    public Caller add(ApiKey key) {
        return add(key, Keys.caller(key));
    }

    public Caller add(ApiKey key, Caller caller) {
        states.put(key.hash(), new InUse(caller));
        return caller;
    }

    public void revoke(ApiKey key, long version) {
        states.put(key.hash(), new Gone(version));
    }

    public void remove(ApiKey key) {
        states.remove(key.hash());
    }

    public void away(boolean isAway) {
        away = isAway;
    }

    public int asked() {
        return asked.get();
    }

    @Override
    public Confirmed ask(ApiKeyHash hash) {
        asked.incrementAndGet();
        if (away) {
            throw new KeysUnavailable("away");
        }
        return Confirmed.now(states.getOrDefault(hash, KeyState.UNKNOWN));
    }
}
