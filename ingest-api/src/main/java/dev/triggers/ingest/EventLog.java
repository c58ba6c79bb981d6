package dev.triggers.ingest;

import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Submission;
import java.util.concurrent.CompletableFuture;

/** Where submissions are kept. Safe for use by many threads. */
public interface EventLog {

    /**
     * Keeps a submission. The answer comes once it is kept for good, and says where. It fails with an
     * {@link AppendFailure} and with nothing else, and within a bounded time, which the call itself may take a part of.
     */
    CompletableFuture<Receipt> append(Submission submission);
}
