package dev.triggers.common.about;

import java.io.StringWriter;
import java.util.Collection;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * All parts of a process taken together: {@code {"status":"ready"|"waiting"|"draining","waiting_for":[…],"degraded":[…]}}.
 */
public record ReadinessReport(List<String> waitingFor, List<String> degraded, boolean draining) {

    private static final JsonFactory JSON = new JsonFactory();

    public static ReadinessReport of(Collection<? extends Readiness> parts) {
        return new ReadinessReport(
                parts.stream().flatMap(p -> p.waitingFor().stream()).distinct().toList(),
                parts.stream().flatMap(p -> p.degraded().stream()).distinct().toList(),
                parts.stream().anyMatch(Readiness::draining));
    }

    public boolean ready() {
        return waitingFor.isEmpty() && !draining;
    }

    /** 200 when ready, else 503. */
    public int status() {
        return ready() ? 200 : 503;
    }

    public String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("status", word());
            array(json, "waiting_for", waitingFor);
            array(json, "degraded", degraded);
            json.writeEndObject();
        }
        return text.toString();
    }

    private String word() {
        if (draining) {
            return "draining";
        }
        return waitingFor.isEmpty() ? "ready" : "waiting";
    }

    private static void array(JsonGenerator json, String name, List<String> values) {
        json.writeArrayPropertyStart(name);
        values.forEach(json::writeString);
        json.writeEndArray();
    }
}
