package dev.triggers.inbox;

import dev.triggers.common.event.OrgId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code triggers.ingested} as a row of offsets. Each call throws {@link InboxUnavailable} when the log does not answer. */
public interface IngestedLog {

    int partitions();

    /** The partition of an org's submissions. */
    int partitionOf(OrgId org);

    Ends ends(int partition);

    /**
     * Whether all that was committed of a topic of outcomes from one record to before another one was read by somebody who
     * stands at the first: none of them is data, and whatever stood there open is settled. False also where that is not
     * known in a bounded time.
     */
    boolean nothingLeft(Outcomes topic, int partition, long position, long end);

    /** The topics that outcomes are brought by. */
    enum Outcomes {
        ACCEPTED,
        REJECTED,
        /** Of markers, which are no submissions and whose outcome is a stamp. */
        STAMPED
    }

    /** What stands at these offsets, {@code to} excluded: as many as can be read in a bounded time. */
    Run read(int partition, long from, long to);

    /**
     * Where the partition ends, and where its outcomes end: what is not committed yet included.
     *
     * @param oldest the first offset that is kept
     * @param end behind the last offset
     * @param outcomes of each topic: behind its last record
     */
    record Ends(long oldest, long end, Map<Outcomes, Long> outcomes) {

        public Ends {
            outcomes = Map.copyOf(outcomes);
        }

        public long of(Outcomes topic) {
            return outcomes.getOrDefault(topic, 0L);
        }
    }

    /**
     * Consecutive offsets.
     *
     * @param to behind the last one that was looked at
     */
    record Run(List<Entry> entries, long to) {

        public Run {
            entries = List.copyOf(entries);
        }
    }

    /**
     * One submission, or a marker.
     *
     * @param org absent when the record names none
     * @param at when the log took it
     */
    record Entry(long offset, Optional<OrgId> org, Instant at, boolean marker) {}
}
