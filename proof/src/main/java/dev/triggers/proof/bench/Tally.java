package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * What became of the requests of one load: all of them for the books, those after the warm-up for the figures. Written by
 * the load's thread; {@link #received} may be read by others meanwhile.
 */
final class Tally {

    private static final int MOST_MICROS = 600_000_000;
    static final int RECEIVED = 202;
    /** Of a batch: some of it was received. */
    private static final int MIXED = 207;

    private static final byte[] RETRY = "\"outcome\":\"retry\"".getBytes(UTF_8);
    private static final int MOST_SAID = 200;

    private final Receipts receipts = new Receipts();
    private final Histogram latency = Outcomes.histogram();
    private final Map<Integer, Long> statuses = new TreeMap<>();
    private long[] bySecond = new long[64];
    private long figuresFromNanos;
    private long nanosBefore;
    private long measured;
    private long measuredReceived;
    private long measuredEvents;
    private long lastNanos;
    private long unknown;
    private long unknownOfMixed;
    private String firstRefusal = "";
    private volatile long received;

    /**
     * Requests sent, or due, earlier are warm-up. Where a load goes on after a while, with a warm-up of its own, the time between
     * does not count.
     */
    void measureFrom(long nanos) {
        nanosBefore += Math.max(0, lastNanos - figuresFromNanos);
        figuresFromNanos = nanos;
        lastNanos = nanos;
    }

    /** An answer to a request that was sent, or due, at {@code sinceNanos}. */
    void answered(AnswerReader answer, long sinceNanos, long nowNanos) {
        statuses.merge(answer.status(), 1L, Long::sum);
        int events = 0;
        if (answer.status() == RECEIVED || answer.status() == MIXED) {
            events = receipts.add(answer.bytes(), answer.from(), answer.length());
            received = receipts.size();
        }
        if (answer.status() == MIXED) {
            unknownOfMixed += retries(answer);
        }
        if (firstRefusal.isEmpty() && (answer.status() >= 300 || answer.status() == MIXED)) {
            firstRefusal = new String(answer.bytes(), answer.from(), Math.min(answer.length(), MOST_SAID), UTF_8);
        }
        if (sinceNanos - figuresFromNanos >= 0) {
            measured++;
            measuredEvents += events;
            measuredReceived += answer.status() / 100 == 2 ? 1 : 0;
            lastNanos = nowNanos;
            latency.recordValue(Math.clamp((nowNanos - sinceNanos) / 1_000, 0, MOST_MICROS));
            count(nowNanos);
        }
    }

    /** So many events of a batch are to be sent again: the log may have them, and did not say so in time. */
    private static int retries(AnswerReader answer) {
        int count = 0;
        int end = answer.from() + answer.length() - RETRY.length;
        for (int i = answer.from(); i <= end; i++) {
            if (Receipts.stands(RETRY, answer.bytes(), i)) {
                count++;
            }
        }
        return count;
    }

    private void count(long nowNanos) {
        int second = (int) ((nanosBefore + nowNanos - figuresFromNanos) / 1_000_000_000L);
        if (second >= bySecond.length) {
            bySecond = Arrays.copyOf(bySecond, second * 2);
        }
        bySecond[second]++;
    }

    /** No answer came: nobody knows what became of it. */
    void unknown(IOException cause) {
        unknown++;
        firstRefusal = firstRefusal.isEmpty() ? cause.toString() : firstRefusal;
    }

    Receipts receipts() {
        return receipts;
    }

    /** So many receipts were given until now. */
    long received() {
        return received;
    }

    /** So many requests, or events of a batch, may or may not have arrived: no answer, or one that says so. */
    long unknown() {
        return unknown
                + unknownOfMixed
                + statuses.entrySet().stream()
                        .filter(status -> status.getKey() >= 500)
                        .mapToLong(Map.Entry::getValue)
                        .sum();
    }

    /** Microseconds. */
    Histogram latency() {
        return latency;
    }

    double millis(double percentile) {
        return latency.getValueAtPercentile(percentile) / 1e3;
    }

    /** Requests answered with 2xx a second. */
    double perSecond() {
        return measuredReceived / seconds();
    }

    double eventsPerSecond() {
        return measuredEvents / seconds();
    }

    private double seconds() {
        return Math.max(1, nanosBefore + lastNanos - figuresFromNanos) / 1e9;
    }

    /** Of what was measured, how much was answered with 2xx: 0 to 100. */
    double successPercent() {
        return 100.0 * measuredReceived / Math.max(1, measured + unknown);
    }

    /** How many were answered in each whole second of what was measured. */
    long[] bySecond() {
        return Arrays.copyOf(bySecond, Math.min(bySecond.length, (int) seconds()));
    }

    /** By status, and the first that was not taken. */
    String statuses() {
        return statuses.entrySet().stream()
                        .map(status -> status.getValue() + " × " + status.getKey())
                        .collect(Collectors.joining(", "))
                + (unknown == 0 ? "" : ", " + unknown + " without an answer")
                + (firstRefusal.isEmpty() ? "" : ", the first refused: " + firstRefusal);
    }

    /** Throws {@link IllegalStateException} unless every request was answered with 2xx, and every batch as a whole. */
    Tally requireAllTaken() {
        if (unknown > 0 || statuses.keySet().stream().anyMatch(status -> status / 100 != 2 || status == MIXED)) {
            throw new IllegalStateException("answers: " + statuses() + " (expected: 2xx only, and no " + MIXED + ")");
        }
        return this;
    }
}
