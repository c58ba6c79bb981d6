package dev.triggers.inbox;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.inbox.History.Place;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Submits throttled events again. Each becomes a new submission with a receipt and an outcome of its own that names the
 * one it repeats; the processor keeps it once. Throws {@link InboxUnavailable} when the inbox can not be reached, and
 * {@link DispositionLog.Unavailable} when the log did not take it.
 */
public interface Redrives {

    /**
     * One submission. Throws {@link ProblemException}: {@code not_found} where the org has no such rejection, and
     * {@code invalid_parameter} where it may not be redriven, with the reason.
     */
    Redriven redrive(OrgId org, Receipt receipt, Plan plan);

    /**
     * All that were throttled before an instant, oldest decision first. Those that were submitted again or accepted since
     * are passed over. Ends early where the log does not confirm.
     *
     * @param from go on behind this one
     * @param most at most so many
     */
    Page redriveAll(OrgId org, Plan plan, Instant before, Optional<Place> from, int most);

    /** A submission and what it became. */
    record Redriven(Receipt receipt, Receipt as) {}

    /** Those of a call. {@code next}: where to go on, where there may be more. */
    record Page(List<Redriven> redriven, Optional<Place> next) {}
}
