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

    /**
     * Begins to append several of one inbox, in this order, so that their place in the log is before all that is appended
     * later. Throws {@link Unavailable} like {@link #appendAll}. A log that can not do both at once has appended when this
     * returns.
     */
    default Appending begin(List<Disposition> dispositions) {
        appendAll(dispositions);
        return () -> {};
    }

    /** An append that is under way. */
    @FunctionalInterface
    interface Appending {

        /** Returns once the log holds all of it for good. Throws {@link Unavailable} when that did not come to pass in time. */
        void await();
    }

    /** The log did not confirm. Deciding the same again is safe. */
    final class Unavailable extends RuntimeException {

        private static final long serialVersionUID = 1L;

        public Unavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
