package dev.triggers.ingest;

import dev.triggers.access.Caller;

/**
 * What each org may still send through this instance. A courtesy: the processor decides, this only spares a producer an
 * event that would not be admitted. Safe for use by many threads; never waits.
 */
public interface Budgets {

    /** Takes what is there, at most {@code wanted} events, from the budget of the caller's org. */
    Grant take(Caller caller, int wanted);

    /** Gives back what was taken for events that are known not to stand in the log. */
    void giveBack(Caller caller, int events);

    /** What is left now. Takes nothing. */
    Budget left(Caller caller);

    /**
     * An answer to {@link #take}.
     *
     * @param events how many may be sent, 0 to what was wanted
     * @param left what is left after them
     */
    record Grant(int events, Budget left) {}
}
