package dev.triggers.inbox;

import dev.triggers.common.disposition.Disposition;

/** Keeps dispositions in the order they were decided, per org. */
public interface DispositionLog {

    /** Returns once the log holds it for good. Throws {@link Unavailable} when that did not come to pass in time. */
    void append(Disposition disposition);

    /** The log did not confirm. Deciding the same again is safe. */
    final class Unavailable extends RuntimeException {

        private static final long serialVersionUID = 1L;

        public Unavailable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
