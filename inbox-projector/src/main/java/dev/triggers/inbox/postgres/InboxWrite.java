package dev.triggers.inbox.postgres;

import dev.triggers.common.problem.ProblemException;
import java.sql.SQLException;

/** One thing done to an inbox under its lock, together with others in one transaction. */
interface InboxWrite<T> {

    /** Does it. A {@link ProblemException} refuses it alone: it is thrown before anything is changed, and the others go on. */
    T run(Turn turn) throws SQLException;

    /** Whether it decides something that the log has to hold, and so fails when the log is away. */
    boolean decides();

    /** A write that decides something. */
    static <T> InboxWrite<T> deciding(Body<T> body) {
        return of(true, body);
    }

    /** A write that the log need not know of. */
    static <T> InboxWrite<T> passing(Body<T> body) {
        return of(false, body);
    }

    private static <T> InboxWrite<T> of(boolean decides, Body<T> body) {
        return new InboxWrite<>() {
            @Override
            public T run(Turn turn) throws SQLException {
                return body.run(turn);
            }

            @Override
            public boolean decides() {
                return decides;
            }
        };
    }

    /** What it does. */
    @FunctionalInterface
    interface Body<T> {
        T run(Turn turn) throws SQLException;
    }
}
