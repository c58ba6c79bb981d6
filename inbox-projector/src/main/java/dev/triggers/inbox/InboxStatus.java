package dev.triggers.inbox;

import dev.triggers.common.event.Limits;
import java.util.Locale;

/** What an inbox is doing, in the words of the Trigger Inbox contract. */
public enum InboxStatus {
    /** Its beginning, or its resume, has no place in the order yet. */
    INITIALIZING,
    /** It takes events. */
    ACTIVE,
    /** What is submitted does not enter; what is there can still be leased. */
    PAUSED,
    /** Gone for its consumers; what is behind it is being removed. */
    DELETING,
    /** Nobody stamped its beginning for long. */
    INITIALIZATION_FAILURE;

    /** Throws {@link IllegalArgumentException}. */
    public static InboxStatus parse(String text) {
        for (InboxStatus status : values()) {
            if (status.toString().equals(text)) {
                return status;
            }
        }
        throw new IllegalArgumentException("status: " + Limits.cut(text)
                + " (expected: initializing, active, paused, deleting or initialization_failure)");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
