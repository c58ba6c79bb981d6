package dev.triggers.inbox.notify;

import dev.triggers.common.event.Limits;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * Where an inbox's notifications go: an absolute https address of at most 2,048 characters, with a host, without user or
 * fragment. Whether the host's addresses are public is seen each time it is sent to; one that is written as a number is seen
 * at once.
 */
public record NotificationUrl(URI value) {

    private static final int MOST_CHARS = 2_048;

    /** Throws {@link IllegalArgumentException} for anything else. */
    public static NotificationUrl parse(String text) {
        if (text.length() > MOST_CHARS) {
            throw refused(text.length() + " characters", "at most 2,048");
        }
        try {
            return new NotificationUrl(new URI(text));
        } catch (URISyntaxException e) {
            throw refused(Limits.cut(text), "an https address");
        }
    }

    public NotificationUrl {
        String text = Limits.cut(value.toString());
        if (!"https".equalsIgnoreCase(value.getScheme())) {
            throw refused(text, "https");
        }
        if (value.getHost() == null || value.getHost().isEmpty()) {
            throw refused(text, "with a host");
        }
        if (value.getRawUserInfo() != null || value.getRawFragment() != null) {
            throw refused(text, "without user and fragment");
        }
        @Nullable InetAddress address = literal(value.getHost());
        if (address != null && !Addresses.isPublic(address)) {
            throw refused(text, "a public address");
        }
    }

    /** The address that a host is, if it is written as one, which needs no look-up; in any way that one can be written. */
    private static @Nullable InetAddress literal(String host) {
        boolean number = host.startsWith("[") || host.chars().allMatch(c -> c == '.' || Character.isDigit(c));
        try {
            return number ? InetAddress.getByName(host) : null;
        } catch (UnknownHostException e) {
            throw refused(Limits.cut(host), "a host");
        }
    }

    private static IllegalArgumentException refused(String what, String expected) {
        return new IllegalArgumentException("notification_url: " + what + " (expected: " + expected + ")");
    }
}
