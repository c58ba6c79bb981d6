package dev.triggers.access;

import java.util.concurrent.atomic.LongAdder;

/** Counts what one layer did: hits + misses = look-ups. A hit was answered by the layer itself; failures are among the misses. */
public final class LookUps {

    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder failures = new LongAdder();

    void hit() {
        hits.increment();
    }

    void miss() {
        misses.increment();
    }

    void failure() {
        misses.increment();
        failures.increment();
    }

    public long hits() {
        return hits.sum();
    }

    public long misses() {
        return misses.sum();
    }

    /** Misses of which the layer could not say whether they were there. */
    public long failures() {
        return failures.sum();
    }
}
