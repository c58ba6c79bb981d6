package dev.triggers.ingest;

import dev.triggers.common.event.Limits;
import dev.triggers.common.event.Payload;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Reads a CloudEvent: all of it from its JSON format (1.0.2, structured mode), or only its data where the attributes are
 * headers (binary mode). Data is a JSON object, so {@code data_base64} is refused. Null is as good as absent.
 */
public final class CloudEventParser {

    private static final int INT_DIGITS = 11;

    private final JsonObjectReader json;
    private final CloudEventAttributes attributes = new CloudEventAttributes();

    private CloudEventParser(JsonObjectReader json) {
        this.json = json;
    }

    static EventBody parse(byte[] text, int from, int to) {
        try (JsonObjectReader json = JsonObjectReader.open(text, from, to)) {
            return new CloudEventParser(json).event();
        } catch (JacksonException e) {
            throw JsonFlaw.of(e).problem();
        }
    }

    /** A body that is nothing but data. Throws {@link dev.triggers.common.problem.ProblemException}. */
    public static Payload data(byte[] body, int size) {
        try (JsonObjectReader json = JsonObjectReader.open(body, JsonText.begin(body, size), size)) {
            return json.wholeData();
        } catch (JacksonException e) {
            throw JsonFlaw.of(e).problem();
        }
    }

    private EventBody event() {
        json.enter();
        @Nullable Payload data = null;
        for (String name = json.next(); name != null; name = json.next()) {
            switch (name) {
                case "data" -> data = json.data(name);
                case "data_base64" ->
                    throw JsonObjectReader.invalid("data_base64: not taken (expected: data, a JSON object)");
                default -> attribute(name);
            }
        }
        json.end();
        if (data == null) {
            throw JsonObjectReader.invalid("data: missing (expected: a JSON object)");
        }
        return attributes.with(data);
    }

    private void attribute(String name) {
        switch (json.value()) {
            case VALUE_STRING -> attributes.set(name, json.text(name));
            case VALUE_TRUE -> attributes.setTyped(name, "true", "a boolean");
            case VALUE_FALSE -> attributes.setTyped(name, "false", "a boolean");
            case VALUE_NUMBER_INT -> attributes.setTyped(name, integer(name), "a number");
            case VALUE_NULL -> attributes.named(name);
            case VALUE_NUMBER_FLOAT -> throw notAValue(name, "a number with a fraction or exponent");
            default -> throw notAValue(name, JsonObjectReader.kind(json.value()));
        }
    }

    /** The canonical text of a CloudEvents Integer: 32 bits, signed. */
    private String integer(String name) {
        String digits = json.number();
        long value = digits.length() > INT_DIGITS ? Long.MAX_VALUE : Long.parseLong(digits);
        if (value != (int) value) {
            throw notAValue(name, "an integer past 32 bits");
        }
        return Long.toString(value);
    }

    private static RuntimeException notAValue(String name, String kind) {
        return JsonObjectReader.invalid(
                Limits.cut(name) + ": " + kind + " (expected: a string, a boolean or an integer of 32 bits)");
    }
}
