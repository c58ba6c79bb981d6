package dev.triggers.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.Books.Hour;
import dev.triggers.inbox.IngestedLog.Ends;
import dev.triggers.inbox.IngestedLog.Entry;
import dev.triggers.inbox.IngestedLog.Outcomes;
import dev.triggers.inbox.IngestedLog.Run;
import dev.triggers.inbox.OutcomeTables.Findings;
import dev.triggers.inbox.OutcomeTables.Offsets;
import dev.triggers.inbox.OutcomeTables.Progress;
import dev.triggers.inbox.OutcomeTables.Reached;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What is missing, what is merely late, and what is nobody's, told apart. */
class ReconciliationTest {

    private static final long END = 100;

    private final OrgId org = Events.newOrg();
    private final Log log = new Log();
    private final Tables tables = new Tables();
    private final Reconciliation reconciliation = new Reconciliation(log, tables);

    @Test
    void whatHasNoOutcomeBehindTheLastDecisionIsPendingNotMissing() {
        tables.outcomes(0, 80);
        tables.progress = progress(new Reached(50, 80), new Reached(10, 60));

        Coverage coverage = coverage();

        assertThat(coverage.missing()).isEmpty();
        assertThat(coverage.pending()).isEqualTo(19);
        assertThat(coverage.covered()).isEqualTo(81);
    }

    @Test
    void aHoleBeforeTheLastDecisionIsMissing() {
        tables.outcomes(0, 20);
        tables.outcomes(24, 99);
        tables.progress = progress(new Reached(50, 99), new Reached(10, 60));

        Coverage coverage = coverage();

        assertThat(coverage.missing()).containsExactly(new Offsets(21, 23));
        assertThat(coverage.covered()).isEqualTo(97);
        assertThat(coverage.pending()).isZero();
    }

    @Test
    void aHoleThatATopicWhichIsBehindMayStillFillIsPending() {
        tables.outcomes(0, 20);
        tables.outcomes(24, 99);
        tables.progress = progress(new Reached(50, 99), new Reached(9, 15));

        Coverage coverage = coverage();

        assertThat(coverage.missing()).isEmpty();
        assertThat(coverage.pending()).isEqualTo(3);
    }

    @Test
    void aTopicThatIsBehindIsWaitedForAMoment() {
        tables.outcomes(0, 20);
        tables.outcomes(24, 99);
        tables.progress = progress(new Reached(50, 99), new Reached(9, 15));
        tables.later = progress(new Reached(50, 99), new Reached(10, 16));

        assertThat(coverage().missing()).containsExactly(new Offsets(21, 23));
    }

    @Test
    void whatNamesNobodyIsNotMissing() {
        tables.outcomes(0, 20);
        tables.outcomes(24, 99);
        tables.progress = progress(new Reached(50, 99), new Reached(10, 60));
        log.nobodys.add(22L);

        Coverage coverage = coverage();

        assertThat(coverage.missing()).containsExactly(new Offsets(21, 21), new Offsets(23, 23));
        assertThat(coverage.nobodys()).isEqualTo(1);
        assertThat(coverage.covered()).isEqualTo(97);
    }

    @Test
    void itGoesOnWhereItEnded() {
        tables.outcomes(0, 99);
        tables.progress = progress(new Reached(50, 99), new Reached(10, 60));

        Coverage first = reconciliation.coverage(0, OptionalLong.empty(), 70);
        Coverage second = reconciliation.coverage(0, first.next(), 70);
        Coverage beyond = reconciliation.coverage(0, OptionalLong.of(500), 70);

        assertThat(first.next()).hasValue(70);
        assertThat(second.covered()).isEqualTo(30);
        assertThat(second.next()).isEmpty();
        assertThat(beyond.covered()).isZero();
        assertThat(beyond.last()).isEqualTo(499);
    }

    @Test
    void onlyTheOrgsOwnSubmissionsBehindTheSettledOnesCanBePending() {
        tables.progress = progress(new Reached(50, 79), new Reached(10, 60));

        Books books = reconciliation.books(org, Instant.EPOCH, Instant.MAX);

        assertThat(tables.asked)
                .containsExactlyElementsOf(LongStream.range(80, END)
                        .filter(offset -> offset % 2 == 0 && offset != 90)
                        .boxed()
                        .toList());
        assertThat(books.pendingComplete()).isTrue();
    }

    @Test
    void whereTooMuchIsBehindItSaysThatItDidNotCountAll() {
        log.end = 10_000_000;
        tables.progress = progress(new Reached(50, 79), new Reached(10, 60));

        Books books = reconciliation.books(org, Instant.EPOCH, Instant.MAX);

        assertThat(tables.asked).hasSize(Reconciliation.MOST_PENDING / 2 - 1);
        assertThat(books.pendingComplete()).isFalse();
    }

    private static Progress progress(Reached accepted, Reached rejected) {
        return new Progress(Map.of(Outcomes.ACCEPTED, accepted, Outcomes.REJECTED, rejected));
    }

    private Coverage coverage() {
        Coverage coverage = reconciliation.coverage(0, OptionalLong.empty(), 1_000);
        assertThat(coverage.first()).isZero();
        assertThat(coverage.last()).isEqualTo(END - 1);
        return coverage;
    }

    /** Every second submission is the org's, the others another one's. Outcomes end at 50 and 10. */
    private final class Log implements IngestedLog {

        private final OrgId other = Events.newOrg();
        private final TreeSet<Long> nobodys = new TreeSet<>();
        private long end = END;

        @Override
        public int partitions() {
            return 1;
        }

        @Override
        public int partitionOf(OrgId org) {
            return 0;
        }

        @Override
        public Ends ends(int partition) {
            return new Ends(0, end, Map.of(Outcomes.ACCEPTED, 50L, Outcomes.REJECTED, 10L));
        }

        @Override
        public boolean nothingLeft(Outcomes topic, int partition, long position, long end) {
            return position >= end;
        }

        @Override
        public Run read(int partition, long from, long to) {
            return new Run(
                    LongStream.range(from, to)
                            .mapToObj(offset -> new Entry(
                                    offset,
                                    nobodys.contains(offset)
                                            ? Optional.empty()
                                            : Optional.of(offset % 2 == 0 ? org : other),
                                    Events.START,
                                    offset == 90))
                            .toList(),
                    to);
        }
    }

    private static final class Tables implements OutcomeTables {

        private final TreeSet<Long> outcomes = new TreeSet<>();
        private final List<Long> asked = new ArrayList<>();
        private Progress progress = new Progress(Map.of());
        private Progress later = progress;
        private int looks;

        void outcomes(long first, long last) {
            LongStream.rangeClosed(first, last).forEach(outcomes::add);
        }

        @Override
        public Progress progress(int partition) {
            return looks++ > 3 && later.through() >= 0 ? later : progress;
        }

        @Override
        public List<Hour> hours(OrgId org, Instant from, Instant to, int partition, List<Entry> submissions) {
            submissions.forEach(entry -> asked.add(entry.offset()));
            return List.of(new Hour(Events.START, Map.of(), submissions.size(), 0, 0, 0, 0));
        }

        @Override
        public Findings findings(int partition, long from, long to) {
            List<Offsets> without = new ArrayList<>();
            long first = from;
            for (long offset = from; offset <= to; offset++) {
                if (offset == to || outcomes.contains(offset)) {
                    if (first < offset) {
                        without.add(new Offsets(first, offset - 1));
                    }
                    first = offset + 1;
                }
            }
            return new Findings(without, List.of(), true);
        }
    }
}
