package dev.triggers.ingest;

import dev.triggers.common.event.EventId;
import dev.triggers.common.event.Receipt;

/**
 * A submission that stands in the log: the event's id, and where it stands.
 *
 * @param left what is left of the org's budget after it
 */
public record Received(EventId id, Receipt receipt, Budget left) {}
