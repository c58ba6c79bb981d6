package dev.triggers.cli;

/** The command line was not understood: what is wrong with it, in words. */
public final class Usage extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public Usage(String message) {
        super(message, null, false, false);
    }
}
