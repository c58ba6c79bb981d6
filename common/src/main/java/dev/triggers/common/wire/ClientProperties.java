package dev.triggers.common.wire;

import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;

/** Properties of Kafka's clients as an operator set them. Never changes, and prints names alone: a value may be a password. */
public final class ClientProperties extends AbstractMap<String, String> {

    private final Map<String, String> values;

    public ClientProperties(Map<String, String> values) {
        this.values = Map.copyOf(values);
    }

    @Override
    public Set<Entry<String, String>> entrySet() {
        return values.entrySet();
    }

    @Override
    public String toString() {
        return keySet().toString();
    }
}
