package dev.triggers.backends.testing;

/** A server that can crash: its process ends at once, and the next start recovers. */
public interface KillableServer extends Server {

    void kill();
}
