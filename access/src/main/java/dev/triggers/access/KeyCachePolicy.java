package dev.triggers.access;

import java.time.Duration;

/**
 * How long and how many keys an instance remembers. Times are since Postgres said so, whoever asked it.
 *
 * @param known most keys remembered
 * @param unknown most hashes remembered as nobody's
 * @param refreshAfter a known key in use is asked for again in the background from here on
 * @param expireAfter a known key is asked for again before it is answered from here on: no
 *     change is overlooked for longer
 * @param unknownFor how long nobody's hash stays nobody's
 * @param staleFor how long since it was last confirmed a known key stays good while the layer below can not be asked
 */
public record KeyCachePolicy(
        int known, int unknown, Duration refreshAfter, Duration expireAfter, Duration unknownFor, Duration staleFor) {

    public KeyCachePolicy {
        require("known", known > 0, known, "1 and up");
        require("unknown", unknown > 0, unknown, "1 and up");
        require("refresh_after", refreshAfter.isPositive(), refreshAfter, "above 0");
        require("expire_after", expireAfter.compareTo(refreshAfter) >= 0, expireAfter, "refresh_after and up");
        require("unknown_for", unknownFor.isPositive(), unknownFor, "above 0");
        require("stale_for", staleFor.compareTo(expireAfter) >= 0, staleFor, "expire_after and up");
    }

    private static void require(String name, boolean holds, Object actual, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + actual + " (expected: " + rule + ")");
        }
    }
}
