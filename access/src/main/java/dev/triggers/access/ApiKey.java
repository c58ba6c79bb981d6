package dev.triggers.access;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * A key as its holder has it: {@code trg_live_<8 id>_<32 secret><6 CRC32>}, all base62. The last six characters are
 * the CRC32 of everything before them, so that a typo or a scan is refused without a look-up.
 */
public final class ApiKey {

    private static final String PREFIX = "trg_live_";
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int ID_CHARS = 8;
    private static final int SECRET_CHARS = 32;
    private static final int CRC_CHARS = 6;
    private static final int ID_END = PREFIX.length() + ID_CHARS;
    private static final int SECRET_START = ID_END + 1;
    private static final int CRC_START = SECRET_START + SECRET_CHARS;
    private static final int LENGTH = CRC_START + CRC_CHARS;

    private final String text;

    private ApiKey(String text) {
        this.text = text;
    }

    static ApiKey generate(SecureRandom random) {
        StringBuilder text = new StringBuilder(LENGTH).append(PREFIX);
        digits(random, ID_CHARS, text);
        text.append('_');
        digits(random, SECRET_CHARS, text);
        return new ApiKey(text.append(crc(text.toString())).toString());
    }

    /** Reads what a caller sent. Empty when no key of ours looks so: its shape or its CRC is wrong. */
    public static Optional<ApiKey> parse(String text) {
        boolean shaped = text.length() == LENGTH
                && text.startsWith(PREFIX)
                && text.charAt(ID_END) == '_'
                && base62(text, PREFIX.length(), ID_END)
                && base62(text, SECRET_START, LENGTH);
        return shaped && text.endsWith(crc(text)) ? Optional.of(new ApiKey(text)) : Optional.empty();
    }

    /** The part that may be shown and stored. */
    public String id() {
        return text.substring(PREFIX.length(), ID_END);
    }

    public ApiKeyHash hash() {
        return ApiKeyHash.of(this);
    }

    /** The whole key, secret included: for the one answer that shows it, and for nothing else. */
    public String reveal() {
        return text;
    }

    private static void digits(SecureRandom random, int count, StringBuilder text) {
        for (int i = 0; i < count; i++) {
            text.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
    }

    private static boolean base62(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            boolean digit = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            if (!digit) {
                return false;
            }
        }
        return true;
    }

    /** Of what stands before the last six characters. */
    private static String crc(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(US_ASCII), 0, CRC_START);
        long rest = crc.getValue();
        char[] digits = new char[CRC_CHARS];
        for (int i = CRC_CHARS - 1; i >= 0; i--) {
            digits[i] = DIGITS.charAt((int) (rest % DIGITS.length()));
            rest /= DIGITS.length();
        }
        return new String(digits);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ApiKey key && hash().equals(key.hash());
    }

    @Override
    public int hashCode() {
        return hash().hashCode();
    }

    /** The id only, never the secret. */
    @Override
    public String toString() {
        return PREFIX + id() + "_…";
    }
}
