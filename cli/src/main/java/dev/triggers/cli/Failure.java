package dev.triggers.cli;

/** A command could not do its work: why, and what to do about it, in one or two sentences. */
public final class Failure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public Failure(String message) {
        super(message, null, false, false);
    }

    public Failure(String message, Throwable cause) {
        super(message, cause);
    }
}
