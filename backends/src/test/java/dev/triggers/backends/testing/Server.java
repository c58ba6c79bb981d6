package dev.triggers.backends.testing;

/** One of the three servers behind a test, on an address that stays the same over stops and starts. */
public interface Server {

    /** Returns when the server answers; does nothing if it runs already. What it kept is there again. */
    void start();

    /** Returns when the server is gone, in order; does nothing if it does not run. */
    void stop();

    boolean running();
}
