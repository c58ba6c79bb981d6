package dev.triggers.common.disposition;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A set of sequences, kept as ascending ranges that neither overlap nor touch. Written as PostgreSQL writes an
 * {@code int8multirange}: {@code {[1,5),[7,8)}}, the upper end excluded.
 */
public record Sequences(List<Range> ranges) {

    private static final Pattern BETWEEN_RANGES = Pattern.compile("\\),\\[");

    public static final Sequences NONE = new Sequences(List.of());

    /** Sequences from {@code first} to {@code last}, both included. */
    public record Range(long first, long last) {
        public Range {
            if (first < 1 || last < first) {
                throw new IllegalArgumentException("range: " + first + ".." + last + " (expected: 1 <= first <= last)");
            }
        }

        public long size() {
            return last - first + 1;
        }
    }

    public Sequences {
        ranges = List.copyOf(ranges);
        for (int i = 1; i < ranges.size(); i++) {
            if (ranges.get(i).first() <= ranges.get(i - 1).last() + 1) {
                throw new IllegalArgumentException("ranges: " + ranges + " (expected: ascending, with gaps between)");
            }
        }
    }

    /** The set of these numbers, in any order, repeated ones once. */
    public static Sequences of(long... sequences) {
        return of(LongStream.of(sequences));
    }

    public static Sequences of(LongStream sequences) {
        long[] sorted = sequences.toArray();
        Arrays.sort(sorted);
        List<Range> ranges = new ArrayList<>();
        for (int i = 0; i < sorted.length; ) {
            int j = i;
            while (j + 1 < sorted.length && sorted[j + 1] <= sorted[j] + 1) {
                j++;
            }
            ranges.add(new Range(sorted[i], sorted[j]));
            i = j + 1;
        }
        return new Sequences(ranges);
    }

    /** All from {@code first} to {@code last}; none when {@code last} is below {@code first}. */
    public static Sequences between(long first, long last) {
        return last < first ? NONE : new Sequences(List.of(new Range(first, last)));
    }

    /** Reads what {@link #toString} and PostgreSQL write. Throws {@link IllegalArgumentException} for anything else. */
    public static Sequences parse(String text) {
        if (text.equals("{}")) {
            return NONE;
        }
        if (!text.startsWith("{[") || !text.endsWith(")}")) {
            throw new IllegalArgumentException("sequences: " + text + " (expected: {[1,5),[7,8)})");
        }
        List<Range> ranges = new ArrayList<>();
        for (String range : BETWEEN_RANGES.split(text.substring(2, text.length() - 2), -1)) {
            int comma = range.indexOf(',');
            ranges.add(new Range(
                    Long.parseLong(range, 0, comma, 10), Long.parseLong(range, comma + 1, range.length(), 10) - 1));
        }
        return new Sequences(ranges);
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    public long size() {
        return ranges.stream().mapToLong(Range::size).sum();
    }

    /** The highest of them. Throws {@link java.util.NoSuchElementException} when there is none. */
    public long last() {
        return ranges.getLast().last();
    }

    public boolean contains(long sequence) {
        return ranges.stream().anyMatch(r -> r.first() <= sequence && sequence <= r.last());
    }

    /** These without those. */
    public Sequences minus(Sequences others) {
        List<Range> left = new ArrayList<>();
        for (Range range : ranges) {
            long from = range.first();
            for (Range other : others.ranges) {
                if (other.last() < from) {
                    continue;
                }
                if (other.first() > range.last()) {
                    break;
                }
                if (other.first() > from) {
                    left.add(new Range(from, other.first() - 1));
                }
                from = other.last() + 1;
            }
            if (from <= range.last()) {
                left.add(new Range(from, range.last()));
            }
        }
        return new Sequences(left);
    }

    /** Those that are both in these and in those. */
    public Sequences and(Sequences others) {
        return minus(minus(others));
    }

    /** All of these and all of those. */
    public Sequences plus(Sequences others) {
        if (isEmpty() || others.isEmpty()) {
            return isEmpty() ? others : this;
        }
        return union(List.of(this, others));
    }

    /** All that is in any of them. */
    public static Sequences union(Collection<Sequences> sets) {
        List<Range> all = sets.stream()
                .flatMap(set -> set.ranges.stream())
                .sorted(Comparator.comparingLong(Range::first))
                .toList();
        if (all.isEmpty()) {
            return NONE;
        }
        List<Range> merged = new ArrayList<>();
        long first = all.getFirst().first();
        long last = all.getFirst().last();
        for (Range range : all) {
            if (range.first() > last + 1) {
                merged.add(new Range(first, last));
                first = range.first();
            }
            last = Math.max(last, range.last());
        }
        merged.add(new Range(first, last));
        return new Sequences(merged);
    }

    /** The lowest of these, at most {@code most}. */
    public Sequences lowest(long most) {
        List<Range> lowest = new ArrayList<>();
        long left = most;
        for (Range range : ranges) {
            if (left <= 0) {
                break;
            }
            lowest.add(new Range(range.first(), Math.min(range.last(), range.first() + left - 1)));
            left -= range.size();
        }
        return new Sequences(lowest);
    }

    /** The lowest of these, in at most {@code most} ranges. */
    public Sequences lowestRanges(int most) {
        return ranges.size() <= most ? this : new Sequences(ranges.subList(0, most));
    }

    /** Each of them, ascending. */
    public LongStream stream() {
        return ranges.stream().flatMapToLong(r -> LongStream.rangeClosed(r.first(), r.last()));
    }

    /** Those of these that are above {@code sequence}. */
    public Sequences above(long sequence) {
        return sequence < 1 ? this : minus(between(1, sequence));
    }

    @Override
    public String toString() {
        return ranges.stream()
                .map(r -> "[" + r.first() + "," + (r.last() + 1) + ")")
                .collect(Collectors.joining(",", "{", "}"));
    }
}
