package dev.triggers.cli.dev;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An end that is given so long and no longer: whoever presses Ctrl-C does not wait for a part that hangs. */
final class OrderlyEnd {

    private OrderlyEnd() {}

    /**
     * Runs {@code end} for at most so long. What is not done by then goes on in a daemon thread, until the JVM is gone.
     *
     * @return why not everything has ended; absent if it has
     */
    static Optional<String> within(Duration bound, Runnable end) throws InterruptedException {
        FutureTask<Boolean> ending = new FutureTask<>(end, true);
        Thread.ofPlatform().daemon().name("dev-end").start(ending);
        try {
            ending.get(bound.toNanos(), TimeUnit.NANOSECONDS);
            return Optional.empty();
        } catch (TimeoutException _) {
            return Optional.of("it takes longer than " + bound.toSeconds() + " s");
        } catch (ExecutionException e) {
            return Optional.of(Refusal.reason(e));
        }
    }
}
