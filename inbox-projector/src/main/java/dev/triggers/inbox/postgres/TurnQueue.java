package dev.triggers.inbox.postgres;

import dev.triggers.inbox.InboxUnavailable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Group commit for the writes of one inbox: who comes first leads and takes along all that wait, up to {@value
 * #MOST_TOGETHER}; who comes meanwhile waits for the next turn, which the first of them leads. Nobody waits for company.
 */
final class TurnQueue {

    /** Writes in one transaction. */
    static final int MOST_TOGETHER = 64;
    /** Writes that wait for their turn. */
    static final int MOST_WAITING = 1_000;

    private final Duration patience;
    private final Deque<Place<?>> waiting = new ArrayDeque<>();
    private boolean led;

    /** @param patience how long a write waits for its turn, and as long again for its end */
    TurnQueue(Duration patience) {
        this.patience = patience;
    }

    /** A write with its answer. */
    static final class Place<T> {

        private final InboxWrite<T> write;
        private final CountDownLatch called = new CountDownLatch(1);
        private boolean leads;
        private volatile @Nullable T answer;
        private volatile @Nullable RuntimeException failure;

        Place(InboxWrite<T> write) {
            this.write = write;
        }

        InboxWrite<T> write() {
            return write;
        }

        void answer(T value) {
            failure = null;
            answer = value;
        }

        void fail(RuntimeException cause) {
            failure = cause;
        }

        boolean failed() {
            return failure != null;
        }

        private T outcome() {
            RuntimeException cause = failure;
            if (cause != null) {
                throw cause;
            }
            T value = answer;
            if (value == null) {
                throw new InboxUnavailable("inbox: no answer in its turn");
            }
            return value;
        }
    }

    /**
     * Does a write, alone or with others. Throws what it threw, and {@link InboxUnavailable} when its turn did not come.
     *
     * @param together does some in one transaction, and gives each its answer or failure
     */
    <T> T run(InboxWrite<T> write, Consumer<List<Place<?>>> together) {
        Place<T> place = new Place<>(write);
        if (enter(place) || awaitCall(place)) {
            lead(together);
        }
        return place.outcome();
    }

    synchronized int waiting() {
        return waiting.size();
    }

    /** True: it leads at once. */
    private synchronized boolean enter(Place<?> place) {
        if (waiting.size() >= MOST_WAITING) {
            throw new InboxUnavailable("inbox: more than " + MOST_WAITING + " wait for their turn");
        }
        waiting.add(place);
        place.leads = !led;
        led = true;
        return place.leads;
    }

    /** True: it leads now. False: it was done by another. */
    private boolean awaitCall(Place<?> place) {
        try {
            if (!place.called.await(patience.toMillis(), TimeUnit.MILLISECONDS) && leaves(place)) {
                throw new InboxUnavailable("inbox: its turn did not come in time; nothing was done");
            }
            if (!place.called.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new InboxUnavailable("inbox: its turn did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (leaves(place) || place.called.getCount() > 0) {
                throw new InboxUnavailable("inbox: interrupted", e);
            }
        }
        return leads(place);
    }

    private synchronized boolean leads(Place<?> place) {
        return place.leads;
    }

    /** Gives up a place that was not called. */
    private synchronized boolean leaves(Place<?> place) {
        return !place.leads && waiting.remove(place);
    }

    private void lead(Consumer<List<Place<?>>> together) {
        List<Place<?>> batch = takeBatch();
        try {
            together.accept(batch);
        } finally {
            batch.forEach(place -> place.called.countDown());
            callNext();
        }
    }

    private synchronized List<Place<?>> takeBatch() {
        List<Place<?>> batch = new ArrayList<>();
        while (batch.size() < MOST_TOGETHER && !waiting.isEmpty()) {
            batch.add(waiting.poll());
        }
        return batch;
    }

    private synchronized void callNext() {
        Place<?> next = waiting.peek();
        led = next != null;
        if (next != null) {
            next.leads = true;
            next.called.countDown();
        }
    }
}
