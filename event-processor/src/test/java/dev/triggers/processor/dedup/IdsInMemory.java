package dev.triggers.processor.dedup;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.kstream.internals.TimeWindow;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;
import org.jspecify.annotations.Nullable;

/**
 * The ids seen, in maps, for what does not measure stores: Kafka's own in memory needs more of Streams than its mock has.
 * It keeps the last {@value #WINDOWS} windows, and knows how to be asked for one id in one of them or for all there are.
 */
public final class IdsInMemory implements WindowStore<byte[], byte[]> {

    private static final int WINDOWS = 3;

    private final AtomicInteger readsInVain = new AtomicInteger();
    private volatile boolean open = true;

    private final TreeMap<Long, Map<ByteBuffer, byte[]>> windows = new TreeMap<>();

    @Override
    public void put(byte[] key, byte[] value, long windowStart) {
        windows.computeIfAbsent(windowStart, _ -> new HashMap<>()).put(ByteBuffer.wrap(key), value);
        if (windows.size() > WINDOWS) {
            windows.pollFirstEntry();
        }
    }

    @Override
    public byte @Nullable [] fetch(byte[] key, long time) {
        Map<ByteBuffer, byte[]> window = windows.get(time);
        return window == null ? null : window.get(ByteBuffer.wrap(key));
    }

    @Override
    public WindowStoreIterator<byte[]> fetch(byte[] key, long from, long to) {
        throw new UnsupportedOperationException();
    }

    @Override
    public WindowStoreIterator<byte[]> fetch(byte[] key, Instant from, Instant to) {
        throw new UnsupportedOperationException();
    }

    @Override
    public KeyValueIterator<Windowed<byte[]>, byte[]> fetch(byte[] first, byte[] last, long from, long to) {
        throw new UnsupportedOperationException();
    }

    @Override
    public KeyValueIterator<Windowed<byte[]>, byte[]> fetch(byte[] first, byte[] last, Instant from, Instant to) {
        throw new UnsupportedOperationException();
    }

    @Override
    public KeyValueIterator<Windowed<byte[]>, byte[]> fetchAll(long from, long to) {
        throw new UnsupportedOperationException();
    }

    @Override
    public KeyValueIterator<Windowed<byte[]>, byte[]> fetchAll(Instant from, Instant to) {
        throw new UnsupportedOperationException();
    }

    @Override
    public KeyValueIterator<Windowed<byte[]>, byte[]> all() {
        List<KeyValue<Windowed<byte[]>, byte[]>> all = new ArrayList<>();
        windows.forEach((start, ids) -> ids.forEach((id, value) ->
                all.add(KeyValue.pair(new Windowed<>(Utils.toArray(id), new TimeWindow(start, start + 1)), value))));
        Iterator<KeyValue<Windowed<byte[]>, byte[]>> each = all.iterator();
        return new KeyValueIterator<>() {
            @Override
            public boolean hasNext() {
                requireOpen();
                return each.hasNext();
            }

            @Override
            public KeyValue<Windowed<byte[]>, byte[]> next() {
                return each.next();
            }

            @Override
            public Windowed<byte[]> peekNextKey() {
                throw new UnsupportedOperationException();
            }

            @Override
            public void close() {
                requireOpen();
            }
        };
    }

    @Override
    public String name() {
        return SeenEvents.STORE;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {}

    @Override
    public void flush() {}

    @Override
    public void close() {
        open = false;
    }

    /** Reads of it after it was closed. */
    int readsInVain() {
        return readsInVain.get();
    }

    private void requireOpen() {
        if (!open) {
            readsInVain.incrementAndGet();
            throw new IllegalStateException("the store is closed");
        }
    }

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }
}
