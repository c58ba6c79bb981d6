package dev.triggers.inbox;

import dev.triggers.common.event.OrgId;
import java.time.Instant;
import java.util.List;
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
        REJECTED
    }

    /** What stands at these offsets, {@code to} excluded: as many as can be read in a bounded time. */
    Run read(int partition, long from, long to);

    /**
     * Where the partition ends, and where its outcomes end: what is not committed yet included.
     *
     * @param oldest the first offset that is kept
     * @param end behind the last offset
     * @param accepted behind the last record of {@code triggers.accepted}
     * @param rejected behind the last record of {@code triggers.rejected}
     */
    record Ends(long oldest, long end, long accepted, long rejected) {}

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
     * One submission.
     *
     * @param org absent when the record names none
     * @param at when the log took it
     */
    record Entry(long offset, Optional<OrgId> org, Instant at) {}
}
