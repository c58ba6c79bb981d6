package dev.triggers.inbox;

import dev.triggers.common.wire.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What became of an org's submissions, by the hour in which the log took them.
 *
 * @param hours those with any, oldest first
 * @param pendingComplete whether all submissions without an outcome were counted; else there may be more
 */
public record Books(List<Hour> hours, boolean pendingComplete) {

    public Books {
        hours = List.copyOf(hours);
    }

    /**
     * One hour. Accepted = acked + quarantined + unacknowledged + expired, all of the default inbox.
     *
     * @param start full hour, UTC
     * @param outcomes how many got which; those with none are absent
     * @param pending in the log, without an outcome in the tables
     * @param unacknowledged waiting or leased
     * @param expired dropped with their day without having been acknowledged
     */
    public record Hour(
            Instant start,
            Map<Outcome, Long> outcomes,
            long pending,
            long acked,
            long quarantined,
            long unacknowledged,
            long expired) {

        public Hour {
            outcomes = Map.copyOf(outcomes);
        }

        public long of(Outcome outcome) {
            return outcomes.getOrDefault(outcome, 0L);
        }

        /** Submissions: each outcome's, and those that have none yet. */
        public long ingested() {
            return outcomes.values().stream().mapToLong(Long::longValue).sum() + pending;
        }
    }
}
