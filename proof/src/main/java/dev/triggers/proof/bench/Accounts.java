package dev.triggers.proof.bench;

import dev.triggers.common.event.Receipt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * What became of everything that was received: each receipt that was answered names a submission in the log with the id that
 * was answered, each submission has one outcome, and each accepted one is one row of the inbox. Not safe for use by several
 * threads.
 */
final class Accounts {

    private static final int MOST_FAULTS = 10;

    private final Map<Integer, Partition> partitions = new HashMap<>();
    private final Books books = new Books();
    private final List<String> faults = new ArrayList<>();
    private long submissions;
    private long answered;

    /** What is known about the offsets of a partition. */
    private static final class Partition {

        private long[] ids = new long[0];
        private int[] sequences = new int[0];
        private final BitSet submitted = new BitSet();
        private final BitSet answered = new BitSet();
        private final BitSet accepted = new BitSet();
        private final BitSet rows = new BitSet();
        private long end;

        private void submitted(int offset, UUID id) {
            if (offset * 2 + 1 >= ids.length) {
                ids = Arrays.copyOf(ids, Math.max(1 << 12, offset * 4));
                sequences = Arrays.copyOf(sequences, ids.length / 2);
            }
            ids[offset * 2] = id.getMostSignificantBits();
            ids[offset * 2 + 1] = id.getLeastSignificantBits();
            submitted.set(offset);
        }

        private boolean has(int offset, UUID id) {
            return submitted.get(offset)
                    && ids[offset * 2] == id.getMostSignificantBits()
                    && ids[offset * 2 + 1] == id.getLeastSignificantBits();
        }
    }

    private Partition of(int partition) {
        return partitions.computeIfAbsent(partition, _ -> new Partition());
    }

    /** What stands before is none of ours. */
    void begin(int partition, long offset) {
        books.begin(partition, offset);
        readTo(partition, offset);
    }

    /** A record of the log that is a submission. */
    void submitted(int partition, long offset, UUID id) {
        of(partition).submitted(Math.toIntExact(offset), id);
        submissions++;
    }

    /** A record of the log that is none, such as a marker: it has no outcome. */
    void passed(int partition, long offset) {
        books.passed(new Receipt(partition, offset));
    }

    /** The log of a partition was read up to here. */
    void readTo(int partition, long end) {
        of(partition).end = end;
    }

    /** What producers were told. After the log was read. */
    void answered(Receipts receipts) {
        receipts.forEach((partition, offset, id) -> {
            Partition there = of(partition);
            int at = Math.toIntExact(offset);
            if (!there.has(at, id)) {
                fault(partition, offset, "answered with id " + id + ", and not so in the log");
            } else if (there.answered.get(at)) {
                fault(partition, offset, "answered twice");
            } else {
                there.answered.set(at);
                answered++;
            }
        });
    }

    void accepted(Receipt receipt, String org, long sequence, UUID id) {
        books.accepted(receipt, org, sequence);
        Partition there = of(receipt.partition());
        int at = Math.toIntExact(receipt.offset());
        if (there.has(at, id)) {
            there.accepted.set(at);
            there.sequences[at] = Math.toIntExact(sequence);
        } else {
            fault(receipt.partition(), receipt.offset(), "accepted with id " + id + ", and not so in the log");
        }
    }

    void rejected(Receipt receipt, String outcome) {
        books.rejected(receipt, outcome);
    }

    /** A row of the inbox. After the outcomes were read. */
    void row(Receipt receipt, long sequence, UUID id) {
        Partition there = of(receipt.partition());
        int at = Math.toIntExact(receipt.offset());
        if (!there.accepted.get(at)) {
            fault(receipt.partition(), receipt.offset(), "in the inbox, and not accepted");
        } else if (there.rows.get(at)) {
            fault(receipt.partition(), receipt.offset(), "in the inbox a second time, as sequence " + sequence);
        } else if (there.sequences[at] != sequence || !there.has(at, id)) {
            fault(
                    receipt.partition(),
                    receipt.offset(),
                    "in the inbox as " + sequence + " with id " + id + " (expected: " + there.sequences[at] + ")");
        }
        there.rows.set(at);
    }

    private void fault(int partition, long offset, String what) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(partition + "-" + offset + ": " + what);
        }
    }

    /** In the log. */
    long submissions() {
        return submissions;
    }

    /** Submissions that have their outcome. */
    long decided() {
        return books.arrived();
    }

    /** How many of each kind. */
    Map<String, Long> outcomes() {
        return books.outcomes();
    }

    /** In the log, and no answer said so. */
    long unanswered() {
        return submissions - answered;
    }

    /**
     * Throws {@link IllegalStateException} that says what is wrong, if anything is.
     *
     * @param unknown requests nobody knows the outcome of: so many submissions may be in the log without a receipt
     */
    void requireBalanced(long unknown) {
        List<String> wrong = new ArrayList<>(faults);
        if (unanswered() > unknown) {
            wrong.add(unanswered() + " submissions in the log that no answer named (expected: " + unknown
                    + " at most, such as " + firstUnanswered() + ")");
        }
        partitions.forEach((partition, there) -> {
            BitSet missing = (BitSet) there.accepted.clone();
            missing.andNot(there.rows);
            if (!missing.isEmpty()) {
                wrong.add(partition + "-" + missing.nextSetBit(0) + ": accepted, and not in the inbox ("
                        + missing.cardinality() + " such in partition " + partition + ")");
            }
        });
        try {
            Map<Integer, Long> ends = new HashMap<>();
            partitions.forEach((partition, there) -> ends.put(partition, there.end));
            books.requireBalanced(ends);
        } catch (IllegalStateException e) {
            wrong.add(Objects.toString(e.getMessage()));
        }
        if (!wrong.isEmpty()) {
            throw new IllegalStateException("the accounts do not balance: " + String.join("; ", wrong));
        }
    }

    private String firstUnanswered() {
        for (Map.Entry<Integer, Partition> entry : partitions.entrySet()) {
            BitSet left = (BitSet) entry.getValue().submitted.clone();
            left.andNot(entry.getValue().answered);
            if (!left.isEmpty()) {
                return entry.getKey() + "-" + left.nextSetBit(0);
            }
        }
        return "none";
    }
}
