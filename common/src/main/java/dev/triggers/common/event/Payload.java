package dev.triggers.common.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/** An event's {@code data}: one JSON object, the very bytes the producer sent. Never parsed into a tree, never written anew. */
public final class Payload {

    /** What a record carries whose data is not kept. */
    public static final Payload NONE = new Payload(new byte[0]);

    private final byte[] bytes;

    private Payload(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Takes the bytes over without a copy: the caller must not change them afterwards. */
    public static Payload of(byte[] bytes) {
        return new Payload(bytes);
    }

    public static Payload of(String json) {
        return new Payload(json.getBytes(UTF_8));
    }

    /** The bytes themselves, not a copy. */
    public byte[] bytes() {
        return bytes;
    }

    public int size() {
        return bytes.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload payload && Arrays.equals(bytes, payload.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The size only: payloads do not belong in logs. */
    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
