package dev.triggers.inbox;

/** The inbox could not be reached: nothing is known of what was asked. Ask again later. */
public final class InboxUnavailable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public InboxUnavailable(String message, Throwable cause) {
        super(message, cause);
    }

    public InboxUnavailable(String message) {
        super(message);
    }
}
