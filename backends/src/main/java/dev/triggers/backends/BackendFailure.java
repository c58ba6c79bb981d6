package dev.triggers.backends;

/** A backend that could not be started, stopped or reached. The message names which one, where, and why. */
public final class BackendFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BackendFailure(String message) {
        super(message);
    }

    public BackendFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
