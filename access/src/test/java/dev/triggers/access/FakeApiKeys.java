package dev.triggers.access;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Keys in a map, which counts how often it was asked and can be away. */
public final class FakeApiKeys implements ApiKeys {

    private final Map<ApiKeyHash, Caller> callers = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean away;

    public Caller add(ApiKey key) {
        return add(key, Keys.caller(key));
    }

    public Caller add(ApiKey key, Caller caller) {
        callers.put(key.hash(), caller);
        return caller;
    }

    public void remove(ApiKey key) {
        callers.remove(key.hash());
    }

    public void away(boolean isAway) {
        away = isAway;
    }

    public int asked() {
        return asked.get();
    }

    @Override
    public Optional<Caller> find(ApiKeyHash hash) {
        asked.incrementAndGet();
        if (away) {
            throw new KeysUnavailable("away");
        }
        return Optional.ofNullable(callers.get(hash));
    }
}
