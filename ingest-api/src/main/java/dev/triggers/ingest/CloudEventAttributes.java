package dev.triggers.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.Limits;
import dev.triggers.common.event.Payload;
import dev.triggers.common.wire.HeaderNames;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of one CloudEvent (1.0.2), collected by name as canonical strings. Names of ours, which begin with
 * {@code trg}, are refused. Every refusal is {@code invalid_event} and names the attribute.
 */
public final class CloudEventAttributes {

    private static final int NAME_CHARS = 20;
    private static final String JSON = "application/json";
    private static final Set<String> STRINGS =
            Set.of("specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema");

    private @Nullable String specVersion;
    private @Nullable String id;
    private @Nullable String source;
    private @Nullable EventType type;
    private @Nullable String subject;
    private @Nullable OffsetDateTime time;
    private Map<String, String> extensions = Map.of();
    private int extensionBytes;

    /** Takes the attribute. Whether it came twice is the caller's to know. */
    public void set(String name, String value) {
        try {
            take(name, value);
        } catch (IllegalArgumentException e) {
            throw JsonObjectReader.invalid(String.valueOf(e.getMessage()));
        }
    }

    private void take(String name, String value) {
        switch (name) {
            case "specversion" -> specVersion = version(value);
            case "id" -> id = Limits.requirePrintable(name, value, Limits.DEDUP_ID_CHARS);
            case "source" -> source = uri(name, Limits.requirePrintable(name, value, Limits.SOURCE_CHARS));
            case "type" -> type = new EventType(value);
            case "subject" -> subject = Limits.requirePrintable(name, value, Limits.SUBJECT_CHARS);
            case "time" -> time = Rfc3339.parse(value);
            case "datacontenttype" -> requireJson(value);
            case "dataschema" ->
                addExtension(name, uri(name, Limits.requirePrintable(name, value, Limits.SOURCE_CHARS)));
            default -> {
                named(name);
                addExtension(name, value);
            }
        }
    }

    /** Requires that an attribute may have that name: one without a value is as good as absent, but not its name. */
    void named(String name) {
        if (name.startsWith(HeaderNames.OURS)) {
            throw JsonObjectReader.invalid(
                    Limits.cut(name) + ": reserved (expected: no attribute that begins with " + HeaderNames.OURS + ")");
        }
        boolean well = !name.isEmpty() && name.length() <= NAME_CHARS && !name.equals("data");
        for (int i = 0; well && i < name.length(); i++) {
            char c = name.charAt(i);
            well = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        }
        if (!well) {
            throw JsonObjectReader.invalid(
                    Limits.cut(name) + ": no attribute name (expected: 1 to 20 of a-z 0-9, and not data)");
        }
    }

    /** Takes an attribute that is no string, which those of the specification always are. */
    void setTyped(String name, String canonical, String kind) {
        if (STRINGS.contains(name)) {
            throw JsonObjectReader.invalid(name + ": " + kind + " (expected: a string)");
        }
        set(name, canonical);
    }

    private void addExtension(String name, String value) {
        if (!value.isEmpty()) {
            Limits.requirePrintable(name, value, Limits.EXTENSION_BYTES);
        }
        extensionBytes += name.length() + (value.length() > Limits.EXTENSION_BYTES ? value.length() : bytes(value));
        if (extensionBytes > Limits.EXTENSION_BYTES || extensions.size() == Limits.EXTENSIONS) {
            throw JsonObjectReader.invalid("extensions: too many or too long (expected: at most " + Limits.EXTENSIONS
                    + " of together " + Limits.EXTENSION_BYTES + " bytes)");
        }
        if (extensions.isEmpty()) {
            extensions = new HashMap<>();
        }
        extensions.put(name, value);
    }

    private static int bytes(String value) {
        return value.getBytes(UTF_8).length;
    }

    private static String version(String value) {
        if (!value.equals("1.0")) {
            throw JsonObjectReader.invalid("specversion: " + Limits.cut(value) + " (expected: 1.0)");
        }
        return value;
    }

    private static String uri(String name, String value) {
        try {
            return new URI(value).toString();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(name + ": " + Limits.cut(value) + " (expected: a URI reference)", e);
        }
    }

    /** JSON in UTF-8, which is all that data may be. */
    private static void requireJson(String value) {
        int semicolon = value.indexOf(';');
        String type = (semicolon < 0 ? value : value.substring(0, semicolon)).strip();
        String parameters = semicolon < 0 ? "" : value.substring(semicolon + 1).strip();
        boolean utf8 = parameters.isEmpty()
                || parameters.equalsIgnoreCase("charset=utf-8")
                || parameters.equalsIgnoreCase("charset=\"utf-8\"");
        if (!type.equalsIgnoreCase(JSON) || !utf8) {
            throw JsonObjectReader.invalid(
                    "datacontenttype: " + Limits.cut(value) + " (expected: " + JSON + ", in UTF-8)");
        }
    }

    /** The event, once all its attributes are there. */
    public EventBody with(Payload data) {
        required("specversion", specVersion);
        String ceId = required("id", id);
        return new EventBody(
                required("type", type),
                data,
                Optional.of(required("source", source)),
                Optional.ofNullable(subject),
                Optional.ofNullable(time),
                Optional.of(new DedupId(ceId)),
                Optional.of(ceId),
                extensions);
    }

    private static <T> T required(String name, @Nullable T value) {
        if (value == null) {
            throw JsonObjectReader.invalid(name + ": missing (expected: in every CloudEvent)");
        }
        return value;
    }
}
