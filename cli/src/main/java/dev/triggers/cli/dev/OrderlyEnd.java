package dev.triggers.cli.dev;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An end that is given so long and no longer: whoever presses Ctrl-C does not wait for a part that hangs. */
final class OrderlyEnd {

    private volatile @Nullable RuntimeException failure;

    private OrderlyEnd() {}

    /**
     * Runs {@code end} for at most so long. What is not done by then goes on in a daemon thread, until the JVM is gone.
     *
     * @return why not everything has ended; absent if it has
     */
    static Optional<String> within(Duration bound, Runnable end) throws InterruptedException {
        OrderlyEnd orderly = new OrderlyEnd();
        Thread ending = Thread.ofPlatform().daemon().name("dev-end").start(() -> orderly.run(end));
        if (!ending.join(bound)) {
            return Optional.of("it takes longer than " + bound.toSeconds() + " s");
        }
        return Optional.ofNullable(orderly.failure).map(Refusal::reason);
    }

    private void run(Runnable end) {
        try {
            end.run();
        } catch (RuntimeException e) {
            failure = e;
        }
    }
}
