package dev.triggers.inbox.live;

import java.io.IOException;

/**
 * Where a stream's bytes go: a connection that takes what it has room for and never waits. Used by one thread at a time.
 * When it was not writable and is again, or is gone, it tells its {@link EventStream}.
 */
public interface Outlet {

    /** Whether it takes bytes now; asked before each {@link #write} and {@link #flush}. */
    boolean writable();

    void write(byte[] bytes, int from, int length) throws IOException;

    /** Sends what was written. */
    void flush() throws IOException;

    /** Ends the answer. Nothing is asked of it afterwards. */
    void end();
}
