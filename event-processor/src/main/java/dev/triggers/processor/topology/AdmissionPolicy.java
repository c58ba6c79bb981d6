package dev.triggers.processor.topology;

import dev.triggers.common.limit.RateLimit.PerMinute;
import java.time.Duration;

/**
 * The numbers admission goes by.
 *
 * @param dedupWindow how long an accepted id is remembered, by decision time
 * @param debtBursts how far below zero a budget may go, in bursts: more than obedient edges can overshoot
 * @param recordBytes the largest record that may be written, key, headers and value
 */
public record AdmissionPolicy(Duration dedupWindow, int debtBursts, int recordBytes) {

    public static final AdmissionPolicy DEFAULT = new AdmissionPolicy(Duration.ofHours(24), 10, 1_000_000);

    public AdmissionPolicy {
        if (dedupWindow.compareTo(Duration.ofSeconds(1)) < 0 || debtBursts < 0 || recordBytes < 1) {
            throw new IllegalArgumentException("admission: " + dedupWindow + ", " + debtBursts + ", " + recordBytes
                    + " (expected: a window of 1 s or more, no negative debt, a positive record size)");
        }
    }

    long debtTokens(PerMinute limit) {
        return debtBursts * limit.burst();
    }
}
