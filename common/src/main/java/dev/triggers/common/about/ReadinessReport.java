package dev.triggers.common.about;

import java.io.StringWriter;
import java.util.Collection;
import java.util.List;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** All parts of a process taken together: {@code {"status":"ready"|"waiting","waiting_for":[…],"degraded":[…]}}. */
public record ReadinessReport(List<String> waitingFor, List<String> degraded) {

    private static final JsonFactory JSON = new JsonFactory();

    public static ReadinessReport of(Collection<? extends Readiness> parts) {
        return new ReadinessReport(
                parts.stream().flatMap(p -> p.waitingFor().stream()).distinct().toList(),
                parts.stream().flatMap(p -> p.degraded().stream()).distinct().toList());
    }

    public boolean ready() {
        return waitingFor.isEmpty();
    }

    /** 200 when ready, else 503. */
    public int status() {
        return ready() ? 200 : 503;
    }

    public String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeStringProperty("status", ready() ? "ready" : "waiting");
            array(json, "waiting_for", waitingFor);
            array(json, "degraded", degraded);
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void array(JsonGenerator json, String name, List<String> values) {
        json.writeArrayPropertyStart(name);
        values.forEach(json::writeString);
        json.writeEndArray();
    }
}
