package dev.triggers.processor.dedup;

import dev.triggers.common.event.EventId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * The ids accepted within the dedup window, by decision time. Kept in a window store whose windows are half a dedup
 * window long: an id is looked up with three point reads (bloom filters answer most of them) instead of a scan, and
 * old ids go with their segment instead of being deleted one by one.
 */
public final class SeenEvents {

    public static final String STORE = "seen";

    private static final int WINDOWS_TO_SEARCH = 3;

    private final WindowStore<byte[], byte[]> store;
    private final long windowMillis;
    private final long bucketMillis;

    public SeenEvents(WindowStore<byte[], byte[]> store, Duration window) {
        this.store = store;
        this.windowMillis = window.toMillis();
        this.bucketMillis = bucketMillis(window);
    }

    /** The store this needs for the given dedup window: persistent, with a changelog. */
    public static StoreBuilder<WindowStore<byte[], byte[]>> store(Duration window) {
        Duration bucket = Duration.ofMillis(bucketMillis(window));
        return Stores.windowStoreBuilder(
                        Stores.persistentWindowStore(STORE, bucket.multipliedBy(WINDOWS_TO_SEARCH), bucket, false),
                        Serdes.ByteArray(),
                        Serdes.ByteArray())
                .withCachingDisabled();
    }

    /** What was accepted under this id less than a window before {@code nowMillis}. */
    public Optional<Original> original(EventId id, long nowMillis) {
        byte[] key = key(id);
        long bucket = bucketOf(nowMillis);
        for (int i = 0; i < WINDOWS_TO_SEARCH && bucket >= 0; i++, bucket -= bucketMillis) {
            byte[] found = store.fetch(key, bucket);
            if (found != null) {
                Original original = Original.fromBytes(found);
                return nowMillis - original.decidedAtMillis() < windowMillis ? Optional.of(original) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    public void remember(EventId id, Original original) {
        store.put(key(id), original.toBytes(), bucketOf(original.decidedAtMillis()));
    }

    private long bucketOf(long millis) {
        return millis - millis % bucketMillis;
    }

    private static long bucketMillis(Duration window) {
        return Math.max(1, Math.ceilDiv(window.toMillis(), 2));
    }

    private static byte[] key(EventId id) {
        return ByteBuffer.allocate(16)
                .putLong(id.value().getMostSignificantBits())
                .putLong(id.value().getLeastSignificantBits())
                .array();
    }
}
