package dev.triggers.inbox;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import java.util.Optional;

/** What became of each submission. */
public interface Receipts {

    /**
     * The outcome of an org's submission. Empty only when there never was such a submission, or it is another org's.
     * Throws {@link InboxUnavailable} when that can not be told.
     */
    Optional<SubmissionStatus> find(OrgId org, Receipt receipt);
}
