package dev.triggers.proof.bench;

import dev.triggers.common.event.Receipt;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The books of a run: each submission in the log has one outcome, and each org's sequences go 1, 2, 3 … in the order
 * they arrive. Not safe for use by several threads at once.
 */
final class Books {

    private static final int MOST_FAULTS = 10;

    private final Map<Integer, BitSet> decided = new HashMap<>();
    private final Map<String, Long> sequences = new HashMap<>();
    private final Map<String, Long> outcomes = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();
    private long arrived;

    void accepted(Receipt receipt, String org, long sequence) {
        long expected = sequences.getOrDefault(org, 0L) + 1;
        if (sequence != expected) {
            fault(receipt + " of " + org + ": sequence " + sequence + " (expected: " + expected + ")");
        }
        sequences.put(org, sequence);
        outcome(receipt, "accepted");
    }

    void rejected(Receipt receipt, String outcome) {
        outcome(receipt, outcome);
    }

    /** What stands before has its outcome. */
    void begin(int partition, long offset) {
        decided.computeIfAbsent(partition, _ -> new BitSet()).set(0, Math.toIntExact(offset));
    }

    /** A record that is no submission, such as a marker: it has no outcome. */
    void passed(Receipt place) {
        decided.computeIfAbsent(place.partition(), _ -> new BitSet()).set(Math.toIntExact(place.offset()));
    }

    private void outcome(Receipt receipt, String outcome) {
        BitSet offsets = decided.computeIfAbsent(receipt.partition(), _ -> new BitSet());
        int offset = Math.toIntExact(receipt.offset());
        if (offsets.get(offset)) {
            fault(receipt + ": a second outcome, " + outcome);
        }
        offsets.set(offset);
        outcomes.merge(outcome, 1L, Long::sum);
        arrived++;
    }

    private void fault(String what) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(what);
        }
    }

    /** How many outcomes there are. */
    long arrived() {
        return arrived;
    }

    /** How many of each kind. */
    Map<String, Long> outcomes() {
        return Map.copyOf(outcomes);
    }

    /**
     * Throws {@link IllegalStateException} that says what is wrong, if anything is.
     *
     * @param ends of the log, by partition: the offset after the last submission
     */
    void requireBalanced(Map<Integer, Long> ends) {
        List<String> wrong = new ArrayList<>(faults);
        ends.forEach((partition, end) -> {
            BitSet offsets = decided.getOrDefault(partition, new BitSet());
            if (offsets.nextClearBit(0) < end) {
                wrong.add(partition + "-" + offsets.nextClearBit(0) + ": no outcome");
            }
            if (offsets.length() > end) {
                wrong.add(partition + "-" + (offsets.length() - 1) + ": an outcome of nothing");
            }
        });
        if (!wrong.isEmpty()) {
            throw new IllegalStateException("the books do not balance: " + String.join("; ", wrong));
        }
    }
}
