package dev.triggers.inbox;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Building the inbox tables again from the log while they are read and changed, for the operator. */
public interface Rebuilds {

    /** What a rebuild would take, and the last one there was. Throws {@link InboxUnavailable}, also when Kafka does not answer. */
    Overview overview();

    /**
     * Begins one, in the background, on some instance. Throws {@link dev.triggers.common.problem.ProblemException} with
     * {@code rebuild_refused}: one is under way, or the log keeps less than the tables.
     */
    Overview begin();

    /** Ends the one under way without a trace; one that has just been swapped stays. Nothing under way: changes nothing. */
    Overview cancel();

    /** Both of {@link #overview}. */
    record Overview(Estimate estimate, Optional<Rebuild> last) {}

    /**
     * What it takes.
     *
     * @param bytes the size of the tables now: about as much is needed besides
     * @param records offsets to be read
     */
    record Estimate(long bytes, long records) {}

    /**
     * One rebuild.
     *
     * @param done of {@code records}
     * @param records offsets to be read; grows with the log
     * @param endedAt absent while it is under way
     */
    record Rebuild(UUID id, State state, Instant beganAt, Optional<Instant> endedAt, long done, long records) {}

    /** How it stands. */
    enum State {
        BUILDING,
        CANCELLING,
        DONE,
        CANCELLED
    }
}
