package dev.triggers.inbox;

import dev.triggers.common.event.EventType;
import java.util.Optional;

/**
 * Which events are asked for.
 *
 * @param after begin behind this sequence; 0 for the beginning
 * @param limit 1 to 1,000
 * @param type only events of this type
 */
public record PageRequest(long after, int limit, Filter filter, Optional<EventType> type) {

    /** The most events a page may hold. */
    public static final int MOST = 1_000;

    public PageRequest {
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException("limit: " + limit + " (expected: 1 to " + MOST + ")");
        }
    }

    /** Which events of the inbox, by what was done with them. */
    public enum Filter {
        UNACKNOWLEDGED,
        AVAILABLE,
        LEASED,
        QUARANTINED,
        ACKED,
        ALL
    }
}
