package dev.triggers.access.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.List;

/** The operator's tokens: one, or two while one takes over from the other. None: nobody is the operator. */
public final class AdminToken {

    private final List<byte[]> tokens;

    public AdminToken(List<String> tokens) {
        this.tokens = tokens.stream().map(token -> token.getBytes(UTF_8)).toList();
    }

    /** Compared in constant time. */
    boolean matches(String token) {
        byte[] given = token.getBytes(UTF_8);
        boolean matches = false;
        for (byte[] good : tokens) {
            matches |= MessageDigest.isEqual(good, given);
        }
        return matches;
    }

    /** Says nothing of the tokens. */
    @Override
    public String toString() {
        return tokens.size() + " tokens";
    }
}
