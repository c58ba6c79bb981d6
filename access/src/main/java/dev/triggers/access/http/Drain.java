package dev.triggers.access.http;

import dev.triggers.common.about.Readiness;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server's way down: it says that it goes, then lets nobody in, then is empty. Nothing leads back. It counts the
 * requests under way, which no bound of its own limits: the container's connections do.
 */
public final class Drain implements Readiness {

    private enum Stage {
        SERVING,
        ANNOUNCED,
        REFUSING
    }

    private final AtomicInteger underWay = new AtomicInteger();
    private final List<Runnable> endings = new CopyOnWriteArrayList<>();
    private volatile Stage stage = Stage.SERVING;

    @Override
    public List<String> waitingFor() {
        return List.of();
    }

    @Override
    public boolean draining() {
        return stage != Stage.SERVING;
    }

    /** From here on it is not ready and each answer ends its connection; requests are still served. */
    public void announce() {
        stage = Stage.ANNOUNCED;
    }

    /** What ends requests that would not end by themselves, run once nobody gets in any more. It must not wait. */
    public void onRefusing(Runnable ending) {
        endings.add(ending);
    }

    /** From here on nobody gets in. Returns whether all who were in have left, waiting for that so long at most. */
    public boolean refuse(Duration atMost) throws InterruptedException {
        stage = Stage.REFUSING;
        endings.forEach(Runnable::run);
        long deadline = System.nanoTime() + atMost.toNanos();
        synchronized (this) {
            long left = atMost.toNanos();
            while (underWay.get() > 0) {
                if (left <= 0) {
                    return false;
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
                left = deadline - System.nanoTime();
            }
            return true;
        }
    }

    /** Requests that are in. */
    public int underWay() {
        return underWay.get();
    }

    /** Whether a request got in; if so it must {@link #leave()}. */
    boolean enter() {
        underWay.incrementAndGet();
        if (stage == Stage.REFUSING) { // asked after counting, so that refuse() sees whoever is not refused
            leave();
            return false;
        }
        return true;
    }

    void leave() {
        if (underWay.decrementAndGet() == 0 && stage == Stage.REFUSING) {
            synchronized (this) {
                notifyAll();
            }
        }
    }
}
