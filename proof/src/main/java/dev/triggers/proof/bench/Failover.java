package dev.triggers.proof.bench;

/**
 * How work went from one processor to another.
 *
 * @param moved partitions that the one that went had
 * @param firstSeconds from its end until the other decided in the first of them
 * @param allSeconds until it had decided in all of them
 * @param restored changelog records the other had to restore
 */
record Failover(String how, int moved, double firstSeconds, double allSeconds, double restored) {}
