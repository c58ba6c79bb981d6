package dev.triggers.inbox;

import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.IngestedLog.Entry;
import dev.triggers.inbox.IngestedLog.Outcomes;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What the tables know of submissions. Each call throws {@link InboxUnavailable} when they can not be reached. */
public interface OutcomeTables {

    /** How far the outcomes of a partition of {@code ingested} are projected. */
    Progress progress(int partition);

    /** The books of the hours that begin in this time, {@code to} excluded. Of these submissions, those without an outcome are pending. */
    List<Books.Hour> hours(OrgId org, Instant from, Instant to, int partition, List<Entry> submissions);

    /** Which offsets have no outcome and which have several, {@code to} excluded. */
    Findings findings(int partition, long from, long to);

    /** Of each topic of outcomes. */
    record Progress(Map<Outcomes, Reached> reached) {

        public Progress {
            reached = Map.copyOf(reached);
        }

        public Reached of(Outcomes topic) {
            return reached.getOrDefault(topic, Reached.NOTHING);
        }

        /** The highest offset that has an outcome; -1: none. */
        public long through() {
            return reached.values().stream().mapToLong(Reached::through).max().orElse(-1);
        }
    }

    /**
     * One topic of outcomes.
     *
     * @param position the next record to project
     * @param through the offset of {@code ingested} whose outcome was projected last; -1: none
     */
    record Reached(long position, long through) {

        private static final Reached NOTHING = new Reached(0, -1);
    }

    /** Offsets from {@code first} to {@code last}, both included. */
    record Offsets(long first, long last) {

        public long size() {
            return last - first + 1;
        }
    }

    /** Ascending. At most 1,000 of each; {@code complete}: that was all. */
    record Findings(List<Offsets> without, List<Offsets> several, boolean complete) {

        public Findings {
            without = List.copyOf(without);
            several = List.copyOf(several);
        }
    }
}
