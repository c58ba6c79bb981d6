package dev.triggers.inbox;

import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Submission;
import java.util.List;

/** Puts submissions into the log, as ingest-api does. */
public interface Submitting {

    /**
     * In this order. Answers the receipts of those that the log holds for good, which are the first of them. Throws {@link
     * DispositionLog.Unavailable} when there is none.
     */
    List<Receipt> submit(List<Submission> submissions);
}
