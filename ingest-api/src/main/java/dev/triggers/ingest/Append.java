package dev.triggers.ingest;

import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Submission;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A submission under way to the log. */
record Append(Submission submission, CompletableFuture<Receipt> receipt) {

    /** Waits until it is confirmed or has failed, which the log does in time. Throws {@link AppendFailure}. */
    Receipt confirmed() {
        try {
            return receipt.get();
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
