package dev.triggers.access;

import java.util.concurrent.atomic.LongAdder;

/** Counts what one layer did, each look-up once: hits + misses + failures = look-ups. */
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
        failures.increment();
    }

    /** Answered by the layer itself. */
    public long hits() {
        return hits.sum();
    }

    /** Those the layer had no answer to. */
    public long misses() {
        return misses.sum();
    }

    /** Those of which the layer could not say whether it had one. */
    public long failures() {
        return failures.sum();
    }

    /** All of them. */
    public long all() {
        return hits() + misses() + failures();
    }
}
