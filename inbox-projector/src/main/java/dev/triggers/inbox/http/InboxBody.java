package dev.triggers.inbox.http;

import dev.triggers.common.disposition.Start;
import dev.triggers.common.event.Limits;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.inbox.Inboxes.NewInbox;
import dev.triggers.inbox.Subscription;
import dev.triggers.inbox.notify.NotificationUrl;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The body of a request about inboxes. What is not known or malformed is an {@code invalid_parameter} that names it. */
final class InboxBody {

    private static final int MOST_BYTES = 64 * 1024;
    private static final int MOST_KEY_CHARS = 100;
    private static final int MOST_SUBSCRIPTION_CHARS = 1_024;
    private static final int MOST_URL_CHARS = 2_048;
    private static final Set<String> OF_SUBSCRIPTION = Set.of("app_key", "action_key", "connection_id", "inputs");

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonNode body;

    private InboxBody(JsonNode body) {
        this.body = body;
    }

    static InboxBody read(InputStream stream, Set<String> known) throws IOException {
        byte[] bytes = stream.readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
            throw Parameters.invalid("body: more than " + MOST_BYTES + " bytes (expected: at most that)");
        }
        try {
            JsonNode body = JSON.readTree(bytes);
            requireMembers("body", body, known);
            return new InboxBody(body);
        } catch (JacksonException e) {
            throw new ProblemException(
                    ProblemCode.MALFORMED_JSON,
                    "body: line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + " (expected: JSON)");
        }
    }

    private static void requireMembers(String name, JsonNode object, Set<String> known) {
        if (!object.isObject()) {
            throw Parameters.invalid(name + ": not an object (expected: one)");
        }
        for (String member : object.propertyNames()) {
            if (!known.contains(member)) {
                throw Parameters.invalid(Limits.cut(member) + ": not a member of " + name + " (expected: "
                        + String.join(", ", known.stream().sorted().toList()) + ")");
            }
        }
    }

    /** @param startAt the sequence that a time stands for */
    NewInbox inbox(Function<Instant, Start> startAt) {
        return new NewInbox(key(), subscription(), notificationUrl(), start(startAt));
    }

    /** {@code key}, or {@code name}, which is its older name. */
    private Optional<String> key() {
        Optional<String> key = text(body, "key", MOST_KEY_CHARS);
        Optional<String> name = text(body, "name", MOST_KEY_CHARS);
        if (key.isPresent() && name.isPresent() && !key.equals(name)) {
            throw Parameters.invalid("name: another than key (expected: one of them, or the same)");
        }
        return key.or(() -> name);
    }

    private Subscription subscription() {
        JsonNode object = body.path("subscription");
        if (object.isMissingNode() || object.isNull()) {
            throw Parameters.invalid("subscription: missing (expected: an object)");
        }
        requireMembers("subscription", object, OF_SUBSCRIPTION);
        JsonNode connection = object.path("connection_id");
        JsonNode inputs = object.path("inputs");
        try {
            return new Subscription(
                    required(object, "app_key"),
                    required(object, "action_key"),
                    connection.isMissingNode() ? "null" : connection.toString(),
                    inputs.isMissingNode() || inputs.isNull() ? "{}" : inputs.toString());
        } catch (IllegalArgumentException e) {
            throw Parameters.invalid(String.valueOf(e.getMessage()));
        }
    }

    private static String required(JsonNode object, String name) {
        return text(object, name, MOST_SUBSCRIPTION_CHARS)
                .orElseThrow(() -> Parameters.invalid("subscription." + name + ": missing (expected: a text)"));
    }

    private static Optional<String> text(JsonNode object, String name, int mostChars) {
        JsonNode value = object.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        if (!value.isString()
                || value.asString().isEmpty()
                || value.asString().length() > mostChars
                || value.asString().indexOf('\0') >= 0) {
            throw Parameters.invalid(name + ": " + Limits.cut(value.toString()) + " (expected: a text of 1 to "
                    + mostChars + " characters)");
        }
        return Optional.of(value.asString());
    }

    /** Whether the member is there, {@code null} included. */
    boolean has(String name) {
        return body.has(name);
    }

    /** As {@link NotificationUrl} has it. */
    Optional<String> notificationUrl() {
        Optional<String> text = text(body, "notification_url", MOST_URL_CHARS);
        text.ifPresent(url -> {
            try {
                NotificationUrl _ = NotificationUrl.parse(url);
            } catch (IllegalArgumentException e) {
                throw Parameters.invalid(String.valueOf(e.getMessage()));
            }
        });
        return text;
    }

    private Start start(Function<Instant, Start> startAt) {
        JsonNode start = body.path("start");
        if (start.isMissingNode() || start.isNull()) {
            return Start.NOW;
        }
        String text = start.isString() ? start.asString() : start.toString();
        try {
            return Start.parse(text);
        } catch (IllegalArgumentException _) {
            return startAt.apply(time(text));
        }
    }

    private static Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException _) {
            throw Parameters.invalid("start: " + Limits.cut(text)
                    + " (expected: now, earliest, a sequence from 1, or an RFC 3339 time)");
        }
    }
}
