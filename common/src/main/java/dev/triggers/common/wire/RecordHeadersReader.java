package dev.triggers.common.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.common.event.Limits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A record's headers, read as typed values: what is missing or malformed is an {@link UnreadableRecord} that names the
 * header. Of several with one name the last counts. Names of every record are found in one pass over its headers, not in
 * one for each of them.
 */
final class RecordHeadersReader {

    private static final Map<String, Integer> SLOTS = slots(List.of(
            HeaderNames.SPEC_VERSION,
            HeaderNames.ID,
            HeaderNames.SOURCE,
            HeaderNames.TYPE,
            HeaderNames.TIME,
            HeaderNames.SUBJECT,
            HeaderNames.CONTENT_TYPE,
            HeaderNames.TRACEPARENT,
            HeaderNames.EVENT_ID,
            HeaderNames.ORG,
            HeaderNames.DEDUP_ID,
            HeaderNames.RECEIVED_AT,
            HeaderNames.PLAN,
            HeaderNames.REDRIVES,
            HeaderNames.RECEIPT,
            HeaderNames.SEQUENCE,
            HeaderNames.DECIDED_AT,
            HeaderNames.OUTCOME,
            HeaderNames.ORIGINAL,
            HeaderNames.MARKER,
            HeaderNames.REASON));

    private final Headers headers;
    private final @Nullable Header[] found = new Header[SLOTS.size()];
    private Map<String, String> extensions = Map.of();

    RecordHeadersReader(Headers headers) {
        this.headers = headers;
        for (Header header : headers) {
            String name = header.key();
            Integer slot = SLOTS.get(name);
            if (slot != null) {
                found[slot] = header;
            } else if (isExtension(name) && header.value() != null) {
                addExtension(name, header.value());
            }
        }
    }

    private static Map<String, Integer> slots(List<String> names) {
        Map<String, Integer> slots = new HashMap<>();
        names.forEach(name -> slots.put(name, slots.size()));
        return slots;
    }

    private static boolean isExtension(String name) {
        return name.startsWith(HeaderNames.CE) && !name.startsWith(HeaderNames.OURS, HeaderNames.CE.length());
    }

    private void addExtension(String name, byte[] value) {
        if (extensions.isEmpty()) {
            extensions = new HashMap<>();
        }
        extensions.put(name.substring(HeaderNames.CE.length()), new String(value, UTF_8));
    }

    /** CloudEvents attributes that the specification does not name, and that are not ours, without {@code ce_}. */
    Map<String, String> extensions() {
        return extensions;
    }

    String text(String name) {
        return optional(name).orElseThrow(() -> new UnreadableRecord(name + ": missing (expected: a header)"));
    }

    Optional<String> optional(String name) {
        Header header = header(name);
        return header == null || header.value() == null
                ? Optional.empty()
                : Optional.of(new String(header.value(), UTF_8));
    }

    private @Nullable Header header(String name) {
        Integer slot = SLOTS.get(name);
        return slot == null ? headers.lastHeader(name) : found[slot];
    }

    <T> T value(String name, Function<String, T> parse) {
        return parsed(name, text(name), parse);
    }

    <T> Optional<T> optional(String name, Function<String, T> parse) {
        return optional(name).map(text -> parsed(name, text, parse));
    }

    private static <T> T parsed(String name, String text, Function<String, T> parse) {
        try {
            return parse.apply(text);
        } catch (RuntimeException e) {
            throw new UnreadableRecord(name + ": " + Limits.cut(text) + " (" + e.getMessage() + ")", e);
        }
    }
}
