package dev.triggers.ingest;

import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Submission;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A submission under way to the log.
 *
 * @param deadline by {@link System#nanoTime}: what is not confirmed by then is unknown
 */
record Append(Submission submission, CompletableFuture<Receipt> receipt, long deadline) {

    /** Waits until it is confirmed, but not past the deadline. Throws {@link AppendFailure}. */
    Receipt confirmed() {
        try {
            return receipt.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new OutcomeUnknown("the log did not confirm in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutcomeUnknown("interrupted", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof AppendFailure failure
                    ? failure
                    : new OutcomeUnknown("the log failed", e.getCause());
        }
    }

    /** Whether it was turned away because too much is under way. */
    boolean overloaded() {
        return receipt.isCompletedExceptionally() && receipt.exceptionNow() instanceof LogOverloaded;
    }
}
