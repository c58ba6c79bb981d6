package dev.triggers.processor.topology;

import dev.triggers.common.wire.Outcome;

/** Counts what admission does. Records read = the sum of all outcomes + markers stamped + those skipped. */
public interface Tally {

    /** A submission got its outcome. */
    void decided(Outcome outcome);

    /** A marker of an inbox got its place. */
    void stamped();

    /** A record was read again that had its outcome or place already. */
    void skipped();

    /** The edges were told to hold an org back. */
    void told();

    /** The store of remembered ids was read for an id: its filters could not say that it was never seen. */
    void storeRead();

    /** Counts nothing. */
    Tally NONE = new Tally() {
        @Override
        public void decided(Outcome outcome) {}

        @Override
        public void stamped() {}

        @Override
        public void skipped() {}

        @Override
        public void told() {}

        @Override
        public void storeRead() {}
    };
}
