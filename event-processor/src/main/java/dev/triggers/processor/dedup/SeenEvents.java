package dev.triggers.processor.dedup;

import dev.triggers.common.event.EventId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.jspecify.annotations.Nullable;

/**
 * The ids accepted within the dedup window, by decision time. Kept in a window store whose windows are half a dedup
 * window long: an id is looked up with three point reads instead of a scan, and old ids go with their segment instead of
 * being deleted one by one. Most ids were never seen: filters in memory answer for these, so that the store is hardly read.
 */
public final class SeenEvents implements AutoCloseable {

    public static final String STORE = "seen";

    private static final int WINDOWS_TO_SEARCH = 3;

    private final WindowStore<byte[], byte[]> store;
    private final long windowMillis;
    private final long bucketMillis;
    private final SeenFilters filters;
    private final Runnable onRead;

    /**
     * @param filters where the memory of filters comes from
     * @param onRead told of each read of the store
     */
    public SeenEvents(WindowStore<byte[], byte[]> store, Duration window, FilterPool filters, Runnable onRead) {
        this.store = store;
        this.windowMillis = window.toMillis();
        this.bucketMillis = bucketMillis(window);
        this.filters = SeenFilters.of(store, filters);
        this.onRead = onRead;
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
        long high = id.value().getMostSignificantBits();
        long low = id.value().getLeastSignificantBits();
        long bucket = bucketOf(nowMillis);
        for (int i = 0; i < WINDOWS_TO_SEARCH && bucket >= 0; i++, bucket -= bucketMillis) {
            byte[] found = filters.mayHave(high, low, bucket) ? read(id, bucket) : null;
            if (found != null) {
                Original original = Original.fromBytes(found);
                return nowMillis - original.decidedAtMillis() < windowMillis ? Optional.of(original) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    public void remember(EventId id, Original original) {
        long bucket = bucketOf(original.decidedAtMillis());
        filters.forgetBefore(bucket - (WINDOWS_TO_SEARCH - 1) * bucketMillis);
        filters.add(id.value().getMostSignificantBits(), id.value().getLeastSignificantBits(), bucket);
        store.put(key(id), original.toBytes(), bucket);
    }

    /** Before the store is closed. */
    @Override
    public void close() {
        filters.close();
    }

    private byte @Nullable [] read(EventId id, long bucket) {
        onRead.run();
        return store.fetch(key(id), bucket);
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
