package dev.triggers.inbox;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;

/**
 * Names a lease: which inbox, the number of the lease in it, and what it handed out.
 *
 * @param number counts the leases of the inbox from 1
 */
public record LeaseId(InboxId inbox, long number, Sequences sequences) {}
