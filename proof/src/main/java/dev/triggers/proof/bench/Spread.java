package dev.triggers.proof.bench;

import java.util.List;

/** The same figure over several rounds. */
record Spread(double median, double least, double most) {

    /** Throws {@link IllegalArgumentException} for no round at all. */
    static Spread of(List<Double> rounds) {
        List<Double> sorted = rounds.stream().sorted().toList();
        if (sorted.isEmpty()) {
            throw new IllegalArgumentException("rounds: none (expected: one or more)");
        }
        int middle = sorted.size() / 2;
        double median = sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
        return new Spread(median, sorted.getFirst(), sorted.getLast());
    }

    /** The median, and from where to where it went. */
    @Override
    public String toString() {
        return least == most
                ? Table.shown(median)
                : Table.shown(median) + " (" + Table.shown(least) + "–" + Table.shown(most) + ")";
    }
}
