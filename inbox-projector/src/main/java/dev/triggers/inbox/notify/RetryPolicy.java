package dev.triggers.inbox.notify;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * When a notification that failed is tried again: first after {@code first}, each time {@value #FACTOR} times later, at most
 * {@code longest}, and within a quarter more or less, so that those which failed together do not come back together.
 *
 * @param attempts the most there are, the first included
 * @param within none begins later than this after the first
 */
public record RetryPolicy(int attempts, Duration within, Duration first, Duration longest) {

    private static final int FACTOR = 4;
    private static final double JITTER = 0.25;

    /**
     * When the next attempt is due. Empty: it is given up.
     *
     * @param attempt the one that failed, 1 for the first
     * @param asked what the receiver asked for, followed up to {@code longest}
     * @param random 0 to 1
     */
    Optional<Instant> next(int attempt, Instant begunAt, Instant now, Optional<Duration> asked, DoubleSupplier random) {
        if (attempt >= attempts) {
            return Optional.empty();
        }
        double millis = first.toMillis() * Math.pow(FACTOR, attempt - 1.0);
        double jittered = Math.min(millis, longest.toMillis()) * (1 - JITTER + 2 * JITTER * random.getAsDouble());
        Duration pause = Duration.ofMillis((long) jittered);
        Duration least =
                asked.filter(time -> time.compareTo(longest) <= 0).orElse(asked.isEmpty() ? Duration.ZERO : longest);
        Instant due = now.plus(pause.compareTo(least) > 0 ? pause : least);
        return due.isAfter(begunAt.plus(within)) ? Optional.empty() : Optional.of(due);
    }
}
