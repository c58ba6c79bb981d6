package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.Sequences;

/** A delivery row that may be handed out, or is: its open sequences and how often they were handed out. */
record LeasableRow(long id, Sequences open, int leaseCount) {}
