package dev.triggers.access;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Redis as a map with a clock of its own, which can be away. */
final class FakeRedis implements RedisValues {

    private static final Pattern VERSIONED = Pattern.compile("1\\|(\\d+)\\|.*");

    final AtomicLong millis = new AtomicLong();
    final ConcurrentLinkedQueue<String> notices = new ConcurrentLinkedQueue<>();
    final AtomicInteger refused = new AtomicInteger();
    volatile boolean away;
    private final Map<String, Kept> values = new ConcurrentHashMap<>();

    private record Kept(String text, long untilMillis) {}

    /** Writes what the port would not. */
    void force(String key, String text, Duration timeToLive) {
        values.put(key, new Kept(text, millis.get() + timeToLive.toMillis()));
    }

    Map<String, String> texts() {
        return values.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().text()));
    }

    @Override
    public Optional<Held> get(String key) throws RedisAway {
        requireThere();
        return Optional.ofNullable(live(values.get(key)))
                .map(kept -> new Held(kept.text, Duration.ofMillis(kept.untilMillis - millis.get())));
    }

    @Override
    public void offer(String key, Versioned value, Duration timeToLive) {
        if (!away) {
            write(key, value, timeToLive);
        }
    }

    @Override
    public void announce(String key, Versioned value, Duration timeToLive, String notice) throws RedisAway {
        requireThere();
        write(key, value, timeToLive);
        notices.add(notice);
    }

    @Override
    public boolean up() {
        return !away;
    }

    private void write(String key, Versioned value, Duration timeToLive) {
        Kept fresh = new Kept(value.text(), millis.get() + timeToLive.toMillis());
        values.merge(key, fresh, (held, _) -> {
            long version = live(held) == null ? -1 : version(held.text);
            boolean stays =
                    version > value.version() || (version == value.version() && held.untilMillis >= fresh.untilMillis);
            return stays ? held : fresh;
        });
    }

    private static long version(String text) {
        Matcher versioned = VERSIONED.matcher(text);
        return versioned.matches() ? Long.parseLong(versioned.group(1)) : -1;
    }

    private @Nullable Kept live(@Nullable Kept kept) {
        return kept != null && kept.untilMillis > millis.get() ? kept : null;
    }

    private void requireThere() throws RedisAway {
        if (away) {
            refused.incrementAndGet();
            throw new RedisAway("away");
        }
    }
}
