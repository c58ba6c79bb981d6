package dev.triggers.inbox.live;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's stream, which has no thread of its own. It reads its {@link Source} when it was woken and the client took
 * all it was given, holds at most one portion, and writes as much as the {@link Outlet} takes. Whoever brings news writes:
 * a reader, the container, or the ticker; under the stream's lock, and none of them waits.
 */
public final class EventStream {

    /** Why a stream ended. */
    enum Reason {
        /** The client hung up, or the connection broke. */
        GONE,
        /** The key is not good any more. */
        KEY,
        /** This instance goes down. */
        DRAINING,
        /** The client took nothing for too long. */
        STALLED,
        /** All streams together held too much, and this one stood still for longest. */
        CROWDED
    }

    private static final Logger log = LoggerFactory.getLogger(EventStream.class);
    /** The most handed over at once: what the container may have to keep when the connection takes less. */
    private static final int CHUNK_BYTES = 16 << 10;

    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final EventStreams streams;
    private final EventStreams.Place place;
    private final Source source;
    private final Outlet outlet;

    private final ReentrantLock lock = new ReentrantLock();
    // All of these under the lock.
    private final Deque<byte[]> said = new ArrayDeque<>();
    private int taken;
    private boolean unflushed;
    private boolean dirty;
    private boolean reading;
    private boolean ending;
    private volatile boolean closed;
    private long notBefore;
    private long permittedAt;
    /** When the connection last took something. */
    private long movedAt;
    /** Since when it has taken nothing of what there is for it. */
    private volatile long stillSince;

    private final AtomicInteger heldBytes = new AtomicInteger();

    EventStream(
            EventStreams streams, EventStreams.Place place, Source source, Outlet outlet, byte[] greeting, long now) {
        this.streams = streams;
        this.place = place;
        this.source = source;
        this.outlet = outlet;
        this.dirty = true;
        this.notBefore = now;
        this.permittedAt = now;
        this.movedAt = now;
        this.stillSince = now;
        say(greeting);
    }

    /** From here on it is woken, read for and looked after. */
    public void begin() {
        streams.begin(this, place.org());
    }

    /** Since when the connection has taken nothing of what there is for it, by {@link System#nanoTime}. */
    long stillSince() {
        return stillSince;
    }

    /** Bytes said and not taken yet. */
    int heldBytes() {
        return heldBytes.get();
    }

    boolean isClosed() {
        return closed;
    }

    /** Something may have happened. */
    void wake() {
        lock.lock();
        try {
            dirty = true;
            ask();
        } finally {
            lock.unlock();
        }
    }

    /** The connection takes bytes again. */
    public void writable() {
        lock.lock();
        try {
            move();
        } finally {
            lock.unlock();
        }
    }

    /** The connection is gone, or the answer has ended. Once this returns the outlet is not touched any more. */
    public void gone() {
        close(Reason.GONE, false);
    }

    /** Says a last thing, where the connection takes it, and ends. */
    void end(Reason reason, byte[] farewell) {
        lock.lock();
        try {
            if (!closed && !ending) {
                ending = true;
                say(farewell);
                move();
                streams.ended(reason);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends it whatever the client has taken yet; a frame that is cut is none. */
    void cut(Reason reason) {
        close(reason, true);
    }

    /** What is due by time: a heartbeat, a look at the key, another attempt to read. Does nothing while others move it. */
    void tick(long now, StreamLimits limits) {
        if (!lock.tryLock()) {
            return;
        }
        try {
            if (closed) {
                return;
            }
            if (!said.isEmpty()) {
                if (now - stillSince > limits.patience().toNanos()) {
                    cut(Reason.STALLED);
                    return;
                }
            } else if (!reading && now - movedAt >= limits.heartbeat().toNanos()) {
                say(source.heartbeat());
                move();
            }
            if (dirty) {
                ask();
            } else if (!reading && now - permittedAt >= limits.permitEvery().toNanos()) {
                reading = true;
                streams.read(this::checkPermit);
            }
        } finally {
            lock.unlock();
        }
    }

    private void ask() {
        if (dirty && !reading && said.isEmpty() && !ending && !closed && System.nanoTime() - notBefore >= 0) {
            dirty = false;
            reading = true;
            streams.read(this::read);
        }
    }

    private void read() {
        tryReading(() -> source.permitted() ? source.read() : null);
    }

    private void checkPermit() {
        tryReading(() -> source.permitted() ? Source.Portion.NONE : null);
    }

    private interface Reading {
        Source.@Nullable Portion read();
    }

    private void tryReading(Reading reading) {
        Source.@Nullable Portion portion;
        try {
            portion = reading.read();
        } catch (RuntimeException e) {
            log.atDebug().setCause(e).log("nothing read for a stream, trying again");
            again();
            return;
        }
        if (portion == null) {
            cut(Reason.KEY);
        } else {
            take(portion);
        }
    }

    private void again() {
        lock.lock();
        try {
            reading = false;
            dirty = true;
            notBefore = System.nanoTime() + RETRY_NANOS;
        } finally {
            lock.unlock();
        }
    }

    private void take(Source.Portion portion) {
        lock.lock();
        try {
            reading = false;
            permittedAt = System.nanoTime();
            dirty |= portion.more();
            if (!ending && !closed) {
                say(portion.bytes());
            }
            move();
        } finally {
            lock.unlock();
        }
        streams.makeRoom();
    }

    private void say(byte[] bytes) {
        if (bytes.length > 0) {
            if (said.isEmpty()) {
                stillSince = System.nanoTime();
            }
            said.add(bytes);
            hold(bytes.length);
        }
    }

    /** Writes what the connection takes, then asks for more. */
    private void move() {
        if (closed) {
            return;
        }
        try {
            while (outlet.writable()) {
                if (!said.isEmpty()) {
                    writeSome(said.element());
                } else if (unflushed) {
                    outlet.flush();
                    unflushed = false;
                } else if (ending) {
                    close(Reason.DRAINING, true);
                    return;
                } else {
                    break;
                }
            }
            ask();
        } catch (IOException e) {
            log.atDebug().setCause(e).log("a stream's connection is gone");
            close(Reason.GONE, false); // the container knows, and ends the answer
        } catch (RuntimeException e) {
            log.atWarn().setCause(e).log("a stream's connection takes nothing any more");
            close(Reason.GONE, true);
        }
    }

    private void writeSome(byte[] first) throws IOException {
        int length = Math.min(CHUNK_BYTES, first.length - taken);
        outlet.write(first, taken, length);
        unflushed = true;
        movedAt = System.nanoTime();
        stillSince = movedAt;
        taken += length;
        if (taken == first.length) {
            taken = 0;
            said.remove();
            hold(-first.length);
        }
    }

    private void hold(int bytes) {
        heldBytes.addAndGet(bytes);
        streams.held(bytes);
    }

    private void close(Reason reason, boolean endOutlet) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            said.clear();
            hold(-heldBytes.get());
            if (!ending) {
                streams.ended(reason);
            }
            if (endOutlet) {
                outlet.end();
            }
        } finally {
            lock.unlock();
        }
        place.giveBack();
        streams.forget(this);
    }
}
