package dev.triggers.inbox;

import dev.triggers.common.disposition.Disposition;
import java.util.List;

/** Keeps dispositions in the order they were decided, per org. */
public interface DispositionLog {

    /** Returns once the log holds it for good. Throws {@link Unavailable} when that did not come to pass in time. */
    void append(Disposition disposition);

    /** The same for several of one inbox, in this order. What does not come to pass may have for some of them. */
    default void appendAll(List<Disposition> dispositions) {
        dispositions.forEach(this::append);
    }

    /** The log did not confirm. Deciding the same again is safe. */
    final class Unavailable extends RuntimeException {

        private static final long serialVersionUID = 1L;

        public Unavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
