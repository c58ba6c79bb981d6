package dev.triggers.processor.topology;

import dev.triggers.common.wire.Outcome;

/** Counts what admission does. Records read = the sum of all outcomes + those skipped. */
public interface Tally {

    /** A submission got its outcome. */
    void decided(Outcome outcome);

    /** A submission was read again that had its outcome already. */
    void skipped();

    /** The edges were told to hold an org back. */
    void told();

    /** Counts nothing. */
    Tally NONE = new Tally() {
        @Override
        public void decided(Outcome outcome) {}

        @Override
        public void skipped() {}

        @Override
        public void told() {}
    };
}
