package dev.triggers.access;

/** Where keys and organisations are kept can not be asked now. It says nothing about any of them: ask again. */
public final class KeysUnavailable extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public KeysUnavailable(String reason, Throwable cause) {
        super(reason, cause);
    }

    public KeysUnavailable(String reason) {
        super(reason);
    }
}
