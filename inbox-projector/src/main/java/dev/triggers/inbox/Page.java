package dev.triggers.inbox;

import java.util.List;
import java.util.OptionalLong;

/**
 * A run of an inbox's events.
 *
 * @param events in sequence order
 * @param next the sequence after which the next page begins; absent when there is no more for now
 */
public record Page(List<InboxEvent> events, OptionalLong next) {

    public Page {
        events = List.copyOf(events);
    }
}
