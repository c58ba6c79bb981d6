package dev.triggers.inbox.live;

/**
 * What a stream has to say. Asked by one thread at a time, when something may have happened and the connection took all
 * that was said before.
 */
public interface Source {

    /**
     * Whether the client may go on listening. An exception: could not decide, is asked again later, and nothing is read
     * until then.
     */
    boolean permitted();

    /** What is to be said now. May wait for a database. An exception: not now, is asked again later. */
    Portion read();

    /** What is said when there was nothing to say for a while. Must not wait. */
    byte[] heartbeat();

    /** Whole frames, and whether there may be more at once. */
    final class Portion {

        /** Nothing to be said. */
        public static final Portion NONE = new Portion(new byte[0], false);

        private final byte[] bytes;
        private final boolean more;

        /** @param bytes are not changed any more */
        public Portion(byte[] bytes, boolean more) {
            this.bytes = bytes;
            this.more = more;
        }

        byte[] bytes() {
            return bytes;
        }

        boolean more() {
            return more;
        }
    }
}
