package dev.triggers.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.common.event.Limits;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * A CloudEvents attribute as an HTTP header carries it (HTTP protocol binding 1.0.2, 3.1.3.2): perhaps within double
 * quotes, then percent-encoded UTF-8, decoded once.
 */
public final class HeaderText {

    private HeaderText() {}

    /**
     * Decodes a value whose chars are the header's bytes (ISO 8859-1). Throws
     * {@link dev.triggers.common.problem.ProblemException} where it is not UTF-8 or a percent sign begins no octet.
     */
    public static String decoded(String name, String value) {
        return plain(value) ? value : decode(name, unquoted(value));
    }

    private static boolean plain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '%' || c == '"' || c > '~') {
                return false;
            }
        }
        return true;
    }

    private static String unquoted(String value) {
        int last = value.length() - 1;
        if (last < 1 || value.charAt(0) != '"' || value.charAt(last) != '"') {
            return value;
        }
        StringBuilder text = new StringBuilder(last);
        for (int i = 1; i < last; i++) {
            char c = value.charAt(i);
            text.append(c == '\\' && i + 1 < last ? value.charAt(++i) : c);
        }
        return text.toString();
    }

    private static String decode(String name, String value) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '%') {
                octets.write(octet(name, value, i));
                i += 2;
            } else {
                octets.write(c);
            }
        }
        try {
            return UTF_8.newDecoder()
                    .decode(ByteBuffer.wrap(octets.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw JsonObjectReader.invalid(name + ": not UTF-8 once decoded (expected: percent-encoded UTF-8)");
        }
    }

    private static int octet(String name, String value, int at) {
        int high = at + 1 < value.length() ? Character.digit(value.charAt(at + 1), 16) : -1;
        int low = at + 2 < value.length() ? Character.digit(value.charAt(at + 2), 16) : -1;
        if (high < 0 || low < 0) {
            throw JsonObjectReader.invalid(
                    name + ": " + Limits.cut(value.substring(at)) + " (expected: % and two hexadecimal digits)");
        }
        return high << 4 | low;
    }
}
