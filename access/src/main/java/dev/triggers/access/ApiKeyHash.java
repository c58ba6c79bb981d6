package dev.triggers.access;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/** The SHA-256 of a whole key: what is stored and looked up instead of it. Compared in constant time. */
public final class ApiKeyHash {

    /** Bytes of the binary form. */
    public static final int BYTES = 32;

    private final byte[] bytes;

    private ApiKeyHash(byte[] bytes) {
        this.bytes = bytes;
    }

    static ApiKeyHash of(ApiKey key) {
        try {
            return new ApiKeyHash(
                    MessageDigest.getInstance("SHA-256").digest(key.reveal().getBytes(US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Takes 32 bytes, copied. */
    public static ApiKeyHash of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("hash: " + bytes.length + " bytes (expected: " + BYTES + ")");
        }
        return new ApiKeyHash(bytes.clone());
    }

    /** Reads what {@link #hex} writes. Empty for anything else. */
    static Optional<ApiKeyHash> parse(String hex) {
        try {
            return Optional.of(of(HexFormat.of().parseHex(hex)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    byte[] bytes() {
        return bytes.clone();
    }

    /** 64 lower-case digits. */
    String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ApiKeyHash hash && MessageDigest.isEqual(bytes, hash.bytes);
    }

    @Override
    public int hashCode() {
        return (bytes[0] & 0xff) << 24 | (bytes[1] & 0xff) << 16 | (bytes[2] & 0xff) << 8 | (bytes[3] & 0xff);
    }

    /** Says nothing of the hash: it names a key as well as the key does. */
    @Override
    public String toString() {
        return "ApiKeyHash";
    }
}
