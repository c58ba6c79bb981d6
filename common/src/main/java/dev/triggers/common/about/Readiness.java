package dev.triggers.common.about;

import java.util.List;

/** Whether a part of a service can do its work. Answers at once, from memory. */
public interface Readiness {

    /** What it waits for before it can serve, in words; empty once it can. */
    List<String> waitingFor();

    /** What it has to do without at the moment, in words, while it serves all the same. */
    default List<String> degraded() {
        return List.of();
    }

    /** Whether the process is going down: no longer ready, and never again. */
    default boolean draining() {
        return false;
    }
}
