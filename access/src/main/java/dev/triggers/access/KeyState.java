package dev.triggers.access;

/** What becomes of whoever presents a key. Versions of one key only grow: of two states the higher is the newer. */
public sealed interface KeyState {

    /** Nobody's, as far as is known. */
    KeyState UNKNOWN = new Unknown();

    /** 0 for a key that was never issued. */
    long version();

    /** Issued, and not taken back. It may have expired, or its org be suspended: the caller says so. */
    record InUse(Caller caller) implements KeyState {

        @Override
        public long version() {
            return caller.version();
        }
    }

    /** Revoked, or its org deleted. It never comes back. */
    record Gone(long version) implements KeyState {}

    /** Never issued. */
    record Unknown() implements KeyState {

        @Override
        public long version() {
            return 0;
        }
    }
}
