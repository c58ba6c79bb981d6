package dev.triggers.ingest;

import dev.triggers.common.event.EventId;
import dev.triggers.common.event.Receipt;

/** A submission that stands in the log: the event's id, and where it stands. */
public record Received(EventId id, Receipt receipt) {}
