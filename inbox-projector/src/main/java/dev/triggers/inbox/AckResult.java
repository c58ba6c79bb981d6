package dev.triggers.inbox;

import dev.triggers.common.event.EventId;
import java.util.Locale;

/** What an acknowledgement did to one event. */
public record AckResult(EventId id, Outcome outcome) {

    /** What an acknowledgement did. */
    public enum Outcome {
        /** It was open and is done now. */
        ACKED,
        /** It was done before. */
        ALREADY_ACKED,
        /** No such event stands in this inbox. */
        UNKNOWN;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
