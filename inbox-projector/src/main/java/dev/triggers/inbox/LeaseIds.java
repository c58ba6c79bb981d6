package dev.triggers.inbox;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.disposition.Sequences.Range;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Lease ids as consumers carry them: opaque text that any instance can read and nobody else can make. Base64url of a
 * format byte, the inbox, the lease's number, its sequences as pairs of (gap, length - 1), all numbers in seven bits a
 * byte, and the first 16 bytes of an HMAC-SHA256 over that. 56 characters for a usual lease, at most about 700.
 */
public final class LeaseIds {

    private static final byte FORMAT = 1;
    private static final int MAC_BYTES = 16;
    private static final int MOST_CHARS = 1_600;
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final SecretKeySpec secret;

    public LeaseIds(byte[] secret) {
        this.secret = new SecretKeySpec(secret, "HmacSHA256");
    }

    public String write(LeaseId lease) {
        ByteBuffer bytes = ByteBuffer.allocate(MOST_CHARS);
        bytes.put(FORMAT);
        bytes.putLong(lease.inbox().value().getMostSignificantBits());
        bytes.putLong(lease.inbox().value().getLeastSignificantBits());
        putNumber(bytes, lease.number());
        long before = 0;
        for (Range range : lease.sequences().ranges()) {
            putNumber(bytes, range.first() - before);
            putNumber(bytes, range.size() - 1);
            before = range.last();
        }
        byte[] content = Arrays.copyOf(bytes.array(), bytes.position());
        byte[] whole = Arrays.copyOf(content, content.length + MAC_BYTES);
        System.arraycopy(mac(content), 0, whole, content.length, MAC_BYTES);
        return ENCODER.encodeToString(whole);
    }

    /** Empty for everything that {@link #write} did not make. */
    public Optional<LeaseId> read(String text) {
        if (text.length() > MOST_CHARS) {
            return Optional.empty();
        }
        byte[] whole;
        try {
            whole = Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // not even base64
        }
        if (whole.length <= MAC_BYTES || whole[0] != FORMAT) {
            return Optional.empty();
        }
        byte[] content = Arrays.copyOf(whole, whole.length - MAC_BYTES);
        byte[] mac = Arrays.copyOfRange(whole, whole.length - MAC_BYTES, whole.length);
        return MessageDigest.isEqual(mac, mac(content)) ? Optional.of(lease(content)) : Optional.empty();
    }

    private static LeaseId lease(byte[] content) {
        ByteBuffer bytes = ByteBuffer.wrap(content, 1, content.length - 1);
        InboxId inbox = new InboxId(new UUID(bytes.getLong(), bytes.getLong()));
        long number = number(bytes);
        List<Range> ranges = new ArrayList<>();
        long before = 0;
        while (bytes.hasRemaining()) {
            long first = before + number(bytes);
            before = first + number(bytes);
            ranges.add(new Range(first, before));
        }
        return new LeaseId(inbox, number, new Sequences(ranges));
    }

    private byte[] mac(byte[] content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(secret);
            return Arrays.copyOf(mac.doFinal(content), MAC_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    private static void putNumber(ByteBuffer bytes, long number) {
        long left = number;
        while (left > 0x7f) {
            bytes.put((byte) ((left & 0x7f) | 0x80));
            left >>>= 7;
        }
        bytes.put((byte) left);
    }

    private static long number(ByteBuffer bytes) {
        long number = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = bytes.get();
            number |= (next & 0x7fL) << shift;
            if (next >= 0) {
                break;
            }
        }
        return number;
    }
}
