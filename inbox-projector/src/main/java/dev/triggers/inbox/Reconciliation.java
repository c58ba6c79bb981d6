package dev.triggers.inbox;

import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.IngestedLog.Ends;
import dev.triggers.inbox.IngestedLog.Entry;
import dev.triggers.inbox.IngestedLog.Outcomes;
import dev.triggers.inbox.IngestedLog.Run;
import dev.triggers.inbox.OutcomeTables.Findings;
import dev.triggers.inbox.OutcomeTables.Offsets;
import dev.triggers.inbox.OutcomeTables.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares what the log holds with what the tables know of it. The log's end is always ahead of the tables, so what has no
 * outcome is told apart by order: each topic of outcomes brings those of a partition by rising offset. Where both were
 * projected as far as they had got when something later was already decided, everything before that has its outcome, or is
 * missing.
 */
public final class Reconciliation {

    /** Submissions behind the last settled one that are looked at for one org's books. */
    static final int MOST_PENDING = 20_000;
    /** Offsets in gaps that are looked up in the log, to see whether they are anybody's. */
    private static final int MOST_GAPS_READ = 1_000;

    private static final Duration CATCH_UP = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofMillis(25);

    private final IngestedLog log;
    private final OutcomeTables tables;

    public Reconciliation(IngestedLog log, OutcomeTables tables) {
        this.log = log;
        this.tables = tables;
    }

    /** An org's books of the hours that begin in this time, {@code to} excluded. */
    public Books books(OrgId org, Instant from, Instant to) {
        int partition = log.partitionOf(org);
        Settled settled = settled(partition);
        long first = Math.max(settled.through() + 1, settled.ends().oldest());
        long last = Math.min(settled.ends().end(), first + MOST_PENDING);
        Run run = log.read(partition, first, last);
        List<Entry> own = run.entries().stream()
                .filter(entry ->
                        !entry.marker() && entry.org().filter(org::equals).isPresent())
                .toList();
        return new Books(
                tables.hours(org, from, to, partition, own),
                run.to() >= settled.ends().end());
    }

    /**
     * Whether each offset of a partition has exactly one outcome.
     *
     * @param from absent: the oldest that is kept
     * @param limit the most offsets looked at
     */
    public Coverage coverage(int partition, OptionalLong from, long limit) {
        Settled settled = settled(partition);
        Ends ends = settled.ends();
        long first = Math.max(from.orElse(ends.oldest()), 0);
        long to = Math.max(first, Math.min(ends.end(), first + limit));
        Findings findings = tables.findings(partition, first, to);
        List<Offsets> gaps = new ArrayList<>();
        long pending = 0;
        for (Offsets without : findings.without()) {
            if (without.first() <= settled.through()) {
                gaps.add(new Offsets(without.first(), Math.min(without.last(), settled.through())));
            }
            pending += Math.max(0, without.last() - Math.max(without.first() - 1, settled.through()));
        }
        List<Offsets> missing = new ArrayList<>();
        long nobodys = 0;
        int budget = MOST_GAPS_READ;
        for (Offsets gap : gaps) {
            Set<Long> keyless =
                    gap.size() <= budget && gap.first() >= ends.oldest() ? keyless(partition, gap) : Set.of();
            budget -= (int) Math.min(budget, gap.size());
            nobodys += keyless.size();
            missing.addAll(without(gap, keyless));
        }
        return new Coverage(
                partition,
                first,
                to - 1,
                pending,
                nobodys,
                missing,
                findings.several(),
                findings.complete(),
                to < ends.end() ? OptionalLong.of(to) : OptionalLong.empty());
    }

    public int partitions() {
        return log.partitions();
    }

    /** Records that name no org are among the dead letters only. */
    private Set<Long> keyless(int partition, Offsets gap) {
        return log.read(partition, gap.first(), gap.last() + 1).entries().stream()
                .filter(entry -> entry.org().isEmpty())
                .map(Entry::offset)
                .collect(Collectors.toSet());
    }

    private static List<Offsets> without(Offsets gap, Set<Long> some) {
        if (some.isEmpty()) {
            return List.of(gap);
        }
        List<Offsets> left = new ArrayList<>();
        long first = gap.first();
        for (long offset = gap.first(); offset <= gap.last() + 1; offset++) {
            if (offset > gap.last() || some.contains(offset)) {
                if (first < offset) {
                    left.add(new Offsets(first, offset - 1));
                }
                first = offset + 1;
            }
        }
        return left;
    }

    /** @param through up to here every offset has its outcome in the tables, or will never have one */
    private record Settled(Ends ends, long through) {}

    private Settled settled(int partition) {
        long decided = tables.progress(partition).through();
        Ends ends = log.ends(partition);
        Set<Outcomes> behind = EnumSet.allOf(Outcomes.class);
        Progress now = tables.progress(partition);
        long deadline = System.nanoTime() + CATCH_UP.toNanos();
        while (stillBehind(behind, partition, now, ends) && System.nanoTime() - deadline < 0) {
            pause();
            now = tables.progress(partition);
        }
        long through = Long.MAX_VALUE;
        for (Outcomes topic : Outcomes.values()) {
            long reached = now.of(topic).through();
            through = Math.min(through, behind.contains(topic) ? reached : Math.max(reached, decided));
        }
        return new Settled(ends, through);
    }

    /** Strikes those off that caught up with all they had when the end was looked at. */
    private boolean stillBehind(Set<Outcomes> behind, int partition, Progress now, Ends ends) {
        behind.removeIf(topic -> log.nothingLeft(topic, partition, now.of(topic).position(), ends.of(topic)));
        return !behind.isEmpty();
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InboxUnavailable("reconciliation: interrupted", e);
        }
    }
}
