package dev.triggers.common.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.common.event.Limits;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** A record's headers, read as typed values: what is missing or malformed is an {@link UnreadableRecord} that names the header. */
record RecordHeadersReader(Headers headers) {

    String text(String name) {
        return optional(name).orElseThrow(() -> new UnreadableRecord(name + ": missing (expected: a header)"));
    }

    Optional<String> optional(String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? Optional.empty()
                : Optional.of(new String(header.value(), UTF_8));
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
