package dev.triggers.inbox;

import dev.triggers.common.event.EventType;
import dev.triggers.common.event.Payload;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which events an inbox takes. All three must fit.
 *
 * @param source exactly this one; empty: any
 * @param inputs top-level members of the data and what they must be: JSON values, numbers by their value
 */
public record EventFilter(TypePattern type, Optional<String> source, Map<String, JsonNode> inputs) {

    /** Takes everything. */
    public static final EventFilter ALL = new EventFilter(TypePattern.ANY, Optional.empty(), Map.of());

    /** As many sequences as are looked at in a step, where the data need not be read. */
    private static final int STEP = 10_000;
    /** The same where it must. */
    private static final int STEP_OVER_DATA = 2_000;
    /** Digits of a number: data may have more than Jackson reads unasked. */
    private static final int MOST_DIGITS = 300_000;

    static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNumberLength(MOST_DIGITS)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final Comparator<JsonNode> BY_VALUE = (a, b) -> a.isNumber() && b.isNumber()
            ? a.decimalValue().compareTo(b.decimalValue())
            : Boolean.compare(a.equals(b), true);

    public EventFilter {
        inputs = Map.copyOf(inputs);
    }

    public boolean isAll() {
        return type.isAny() && source.isEmpty() && inputs.isEmpty();
    }

    /** Whether type and source do not say it all. */
    public boolean readsData() {
        return !inputs.isEmpty();
    }

    /** The most sequences to look at in one transaction. */
    public int step() {
        return readsData() ? STEP_OVER_DATA : STEP;
    }

    public boolean takes(EventType type, String source, Payload data) {
        return this.type.matches(type)
                && this.source.filter(wanted -> !wanted.equals(source)).isEmpty()
                && takesData(data);
    }

    /** Whether the data has what is asked for. What can not be read has not. */
    public boolean takesData(Payload data) {
        return inputs.isEmpty() || members(data).equals(inputs.keySet());
    }

    /** The inputs that the data has. Of a name that stands there twice the last counts. */
    private Set<String> members(Payload data) {
        Map<String, Boolean> same = new HashMap<>();
        try (JsonParser json = JSON.createParser(data.bytes())) {
            json.nextToken();
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = json.currentName();
                JsonNode wanted = inputs.get(name);
                json.nextToken();
                if (wanted == null) {
                    json.skipChildren();
                } else {
                    JsonNode found = json.readValueAsTree();
                    same.put(name, same(wanted, found));
                }
            }
        } catch (JacksonException _) {
            return Set.of(); // not what the processor lets pass
        }
        same.values().removeIf(equal -> !equal);
        return same.keySet();
    }

    /** Equal as JSON values: 1 is 1.0, and the order of members does not matter. */
    static boolean same(JsonNode one, JsonNode other) {
        return one.equals(BY_VALUE, other);
    }
}
