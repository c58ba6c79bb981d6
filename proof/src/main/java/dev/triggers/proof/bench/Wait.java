package dev.triggers.proof.bench;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waits for a condition, for so long and no longer. */
final class Wait {

    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    private Wait() {}

    /** Throws {@link IllegalStateException} when it did not come true. */
    static void until(String what, Duration within, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(what + ": not so within " + within.toSeconds() + " s");
            }
            Thread.sleep(LOOK_EVERY);
        }
    }
}
