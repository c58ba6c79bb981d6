package dev.triggers.inbox.postgres;

import dev.triggers.common.event.EventId;
import dev.triggers.common.problem.ProblemException;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;

/** One thing done to an inbox under its lock, together with others in one transaction. */
interface InboxWrite<T> {

    /** Does it. A {@link ProblemException} refuses it alone: it is thrown before anything is changed, and the others go on. */
    T run(Turn turn) throws SQLException;

    /** Whether it decides something that the log has to hold, and so fails when the log is away. */
    boolean decides();

    /** The lease that it settles, if any: what those of a turn hold is looked up at once. */
    default OptionalLong settles() {
        return OptionalLong.empty();
    }

    /** The events it acknowledges by id: those of a turn are looked up at once. */
    default List<EventId> ids() {
        return List.of();
    }

    /** How many messages it hands out at most: those of a turn are read at once. */
    default int takes() {
        return 0;
    }

    /** A write that decides something. */
    static <T> InboxWrite<T> deciding(Body<T> body) {
        return new Written<>(true, OptionalLong.empty(), List.of(), 0, body);
    }

    /** A write that decides something about events of these ids. */
    static <T> InboxWrite<T> acknowledging(List<EventId> ids, Body<T> body) {
        return new Written<>(true, OptionalLong.empty(), ids, 0, body);
    }

    /** A write that decides something about what a lease holds. */
    static <T> InboxWrite<T> settling(long lease, Body<T> body) {
        return new Written<>(true, OptionalLong.of(lease), List.of(), 0, body);
    }

    /** A write that the log need not know of. */
    static <T> InboxWrite<T> passing(Body<T> body) {
        return new Written<>(false, OptionalLong.empty(), List.of(), 0, body);
    }

    /** A write that the log need not know of, and that hands out so many messages at most. */
    static <T> InboxWrite<T> taking(int most, Body<T> body) {
        return new Written<>(false, OptionalLong.empty(), List.of(), most, body);
    }

    /** One of these. */
    record Written<T>(boolean decides, OptionalLong settles, List<EventId> ids, int takes, Body<T> body)
            implements InboxWrite<T> {

        @Override
        public T run(Turn turn) throws SQLException {
            return body.run(turn);
        }
    }

    /** What it does. */
    @FunctionalInterface
    interface Body<T> {
        T run(Turn turn) throws SQLException;
    }
}
