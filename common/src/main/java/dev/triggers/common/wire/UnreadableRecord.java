package dev.triggers.common.wire;

import org.apache.kafka.common.errors.SerializationException;

/** A record that does not say what its topic's records say. The message tells what is missing or wrong. */
public final class UnreadableRecord extends SerializationException {

    private static final long serialVersionUID = 1L;

    public UnreadableRecord(String message) {
        super(message);
    }

    public UnreadableRecord(String message, Throwable cause) {
        super(message, cause);
    }
}
