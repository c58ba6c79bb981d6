package dev.triggers.processor.dedup;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.Windowed;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.WindowStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says which ids were certainly never remembered in a window of a partition's store, so that nobody looks for them there. What is in the store
 * when it is opened is read in on another thread; until that is done it knows nothing, and all ids may be there. Of
 * its methods one thread makes use.
 */
final class SeenFilters implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(SeenFilters.class);

    private final FilterPool pool;
    private final Filling filling;
    /** Of what was remembered since it was opened, by where the window begins. */
    private final Map<Long, IdFilter> fresh = new HashMap<>();

    private long oldest = Long.MIN_VALUE;

    private SeenFilters(FilterPool pool, Filling filling) {
        this.pool = pool;
        this.filling = filling;
    }

    /** Begins to read what the store has. */
    static SeenFilters of(WindowStore<byte[], byte[]> store, FilterPool pool) {
        Filling filling = new Filling(store.all(), pool);
        pool.fill(filling);
        return new SeenFilters(pool, filling);
    }

    void add(long high, long low, long window) {
        fresh.computeIfAbsent(window, _ -> new IdFilter(pool)).add(high, low);
    }

    /** False: it was certainly never remembered in this window. */
    boolean mayHave(long high, long low, long window) {
        IdFilter since = fresh.get(window);
        return (since != null && since.mayHave(high, low)) || filling.mayHave(high, low, window);
    }

    /** Nobody will ask for windows that begin before this. */
    void forgetBefore(long window) {
        if (window > oldest) {
            oldest = window;
            forget(fresh, window);
            filling.forgetBefore(window);
        }
    }

    /** Nothing is read of the store any more once this returns. */
    @Override
    public void close() {
        filling.close();
        forget(fresh, Long.MAX_VALUE);
    }

    private static void forget(Map<Long, IdFilter> filters, long before) {
        filters.entrySet().removeIf(entry -> {
            boolean gone = entry.getKey() < before;
            if (gone) {
                entry.getValue().close();
            }
            return gone;
        });
    }

    /** Filters of what was there before, from when all of it was read. */
    private static final class Filling implements Runnable, AutoCloseable {

        private final KeyValueIterator<Windowed<byte[]>, byte[]> stored;
        private final FilterPool pool;
        private final Map<Long, IdFilter> filters = new HashMap<>();
        private volatile boolean complete;
        private volatile boolean closed;
        private boolean read;

        Filling(KeyValueIterator<Windowed<byte[]>, byte[]> stored, FilterPool pool) {
            this.stored = stored;
            this.pool = pool;
        }

        @Override
        public synchronized void run() {
            if (read) {
                return;
            }
            read = true;
            long began = System.nanoTime();
            long ids = 0;
            try (stored) {
                while (!closed && stored.hasNext()) {
                    KeyValue<Windowed<byte[]>, byte[]> next = stored.next();
                    ByteBuffer id = ByteBuffer.wrap(next.key.key());
                    filters.computeIfAbsent(next.key.window().start(), _ -> new IdFilter(pool))
                            .add(id.getLong(), id.getLong());
                    ids++;
                }
                complete = !closed;
                log.atDebug()
                        .addKeyValue("ids", ids)
                        .addKeyValue("took_ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began))
                        .log("Remembered ids were read in");
            } catch (RuntimeException e) {
                // no harm done: all ids are looked up
                log.atWarn()
                        .addKeyValue("reason", e.toString())
                        .log("The remembered ids could not be read in, so that each id is looked for in the store");
            }
        }

        boolean mayHave(long high, long low, long window) {
            if (!complete) {
                return true;
            }
            IdFilter filter = filters.get(window);
            return filter != null && filter.mayHave(high, low);
        }

        void forgetBefore(long window) {
            if (complete) {
                forget(filters, window);
            }
        }

        @Override
        public void close() {
            closed = true;
            free();
        }

        private synchronized void free() {
            if (!read) {
                read = true;
                stored.close();
            }
            complete = false;
            forget(filters, Long.MAX_VALUE);
        }
    }
}
