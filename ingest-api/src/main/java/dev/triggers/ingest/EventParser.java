package dev.triggers.ingest;

import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.Limits;
import dev.triggers.common.event.Payload;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Reads one event from {@code {type, data, source?, subject?, time?, dedup_id?}}, where {@code payload} is another name
 * of {@code data} and null is as good as absent for what is optional. A member of another name is refused.
 */
public final class EventParser {

    private final JsonObjectReader json;
    private @Nullable EventType type;
    private @Nullable Payload data;
    private @Nullable String dataName;
    private @Nullable String source;
    private @Nullable String subject;
    private @Nullable OffsetDateTime time;
    private @Nullable DedupId dedupId;

    private EventParser(JsonObjectReader json) {
        this.json = json;
    }

    /**
     * Throws {@link dev.triggers.common.problem.ProblemException}: {@code malformed_json} with the place,
     * {@code invalid_event} or {@code event_too_large}.
     */
    public static EventBody parse(byte[] body) {
        return EventFormat.JSON.parse(body, body.length);
    }

    static EventBody parse(byte[] text, int from, int to) {
        try (JsonObjectReader json = JsonObjectReader.open(text, from, to)) {
            return new EventParser(json).event();
        } catch (JacksonException e) {
            throw JsonFlaw.of(e).problem();
        }
    }

    private EventBody event() {
        json.enter();
        for (String name = json.next(); name != null; name = json.next()) {
            member(name);
        }
        json.end();
        return new EventBody(
                required("type", type, "a string"),
                required("data", data, "a JSON object"),
                Optional.ofNullable(source),
                Optional.ofNullable(subject),
                Optional.ofNullable(time),
                Optional.ofNullable(dedupId),
                Optional.empty(),
                Map.of());
    }

    private void member(String name) {
        switch (name) {
            case "type" -> type = parsed(json.text(name), EventType::new);
            case "data", "payload" -> data = data(name);
            case "source" -> source = json.optionalText(name);
            case "subject" -> subject = json.optionalText(name);
            case "time" -> time = parsed(json.optionalText(name), Rfc3339::parse);
            case "dedup_id" -> dedupId = parsed(json.optionalText(name), DedupId::new);
            default ->
                throw JsonObjectReader.invalid(Limits.cut(name)
                        + ": unknown member (expected: only type, data, source, subject, time, dedup_id)");
        }
    }

    private Payload data(String name) {
        if (dataName != null) {
            throw JsonObjectReader.invalid(name + ": beside " + dataName + " (expected: one of them)");
        }
        dataName = name;
        return json.data(name);
    }

    private static <T> @Nullable T parsed(@Nullable String text, Function<String, T> parse) {
        try {
            return text == null ? null : parse.apply(text);
        } catch (IllegalArgumentException e) {
            throw JsonObjectReader.invalid(String.valueOf(e.getMessage()));
        }
    }

    private static <T> T required(String name, @Nullable T value, String rule) {
        if (value == null) {
            throw JsonObjectReader.invalid(name + ": missing (expected: " + rule + ")");
        }
        return value;
    }
}
