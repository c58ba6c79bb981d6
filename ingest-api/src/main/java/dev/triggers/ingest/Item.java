package dev.triggers.ingest;

import dev.triggers.common.event.EventId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.problem.Problem;

/** What became of one event of a batch. */
public sealed interface Item {

    /** It stands in the log. */
    record Received(EventId id, Receipt receipt) implements Item {}

    /** It will not be taken as it is. */
    record Invalid(Problem problem) implements Item {}

    /** It was over the org's limit. Nothing was stored. */
    record Limited(Problem problem) implements Item {}

    /** It may be sent again; the problem says whether it may have been stored. */
    record Retry(Problem problem) implements Item {}
}
