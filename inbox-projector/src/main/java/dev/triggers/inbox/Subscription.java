package dev.triggers.inbox;

import dev.triggers.common.event.Limits;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What an inbox was created for, in the words of the Trigger Inbox contract, and as it was written.
 *
 * @param appKey the source of events; a {@code @version} behind it does not count; {@code any} or {@code *}: any source
 * @param actionKey a type of events, what types begin with ({@code order.*}), or {@code *}
 * @param connectionId a JSON text, number or null: kept, and without a meaning here
 * @param inputs a JSON object: what top-level members of the data must be
 */
public record Subscription(String appKey, String actionKey, String connectionId, String inputs) {

    /** What the default inbox takes. */
    public static final Subscription EVERYTHING = new Subscription("*", "*", "null", "{}");

    private static final int MOST_SOURCE_CHARS = 1_024;
    private static final int MOST_CONNECTION_CHARS = 255;
    private static final int MOST_INPUTS_CHARS = 8_192;
    private static final int MOST_INPUTS = 32;
    private static final Pattern VERSIONED = Pattern.compile("(.+)@(?:latest|\\d+(?:\\.\\d+){0,2})");

    /** Throws {@link IllegalArgumentException} that names what is wrong. */
    public Subscription {
        require(
                "subscription.app_key",
                appKey,
                !appKey.isEmpty() && appKey.length() <= MOST_SOURCE_CHARS,
                "1 to " + MOST_SOURCE_CHARS + " characters");
        require(
                "subscription.action_key",
                actionKey,
                !actionKey.isEmpty(),
                "a type, what types begin with and a *, or *");
        JsonNode connection = tree("subscription.connection_id", connectionId);
        require(
                "subscription.connection_id",
                connectionId,
                (connection.isString() || connection.isNumber() || connection.isNull())
                        && connectionId.length() <= MOST_CONNECTION_CHARS,
                "a text, a number or null, at most " + MOST_CONNECTION_CHARS + " characters");
        JsonNode members = tree("subscription.inputs", inputs);
        require(
                "subscription.inputs",
                inputs,
                members.isObject() && members.size() <= MOST_INPUTS && inputs.length() <= MOST_INPUTS_CHARS,
                "an object of at most " + MOST_INPUTS + " members and " + MOST_INPUTS_CHARS + " characters");
        filter(appKey, actionKey, members);
    }

    private static void require(String name, String value, boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + Limits.cut(value) + " (expected: " + rule + ")");
        }
    }

    private static JsonNode tree(String name, String json) {
        try {
            return EventFilter.JSON.readTree(json);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(name + ": " + Limits.cut(json) + " (expected: JSON)", e);
        }
    }

    /** What it takes. Never changes after the inbox was created. */
    public EventFilter filter() {
        return filter(appKey, actionKey, tree("subscription.inputs", inputs));
    }

    private static EventFilter filter(String appKey, String actionKey, JsonNode inputs) {
        Map<String, JsonNode> members = new HashMap<>();
        inputs.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
        return new EventFilter(type(actionKey), source(appKey), members);
    }

    private static TypePattern type(String actionKey) {
        try {
            return TypePattern.parse(actionKey);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "subscription.action_key: " + Limits.cut(actionKey)
                            + " (expected: a type, what types begin with and a *, or *)",
                    e);
        }
    }

    private static Optional<String> source(String appKey) {
        if (appKey.equals("*") || appKey.toLowerCase(Locale.ROOT).equals("any")) {
            return Optional.empty();
        }
        Matcher versioned = VERSIONED.matcher(appKey);
        return Optional.of(versioned.matches() ? versioned.group(1) : appKey);
    }

    /** Whether both say the same, whatever their spelling of JSON. */
    public boolean sameAs(Subscription other) {
        return appKey.equals(other.appKey)
                && actionKey.equals(other.actionKey)
                && EventFilter.same(tree("connection_id", connectionId), tree("connection_id", other.connectionId))
                && EventFilter.same(tree("inputs", inputs), tree("inputs", other.inputs));
    }
}
