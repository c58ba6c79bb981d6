package dev.triggers.inbox.http;

import dev.triggers.inbox.Rebuilds;
import dev.triggers.inbox.Rebuilds.Overview;
import dev.triggers.inbox.Rebuilds.Rebuild;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;

/** {@code /v1/rebuild}, for the operator: what a rebuild would take, how far it is, begin it and end it. */
@RestController
public final class RebuildController {

    private static final int ACCEPTED = 202;

    private final Rebuilds rebuilds;

    public RebuildController(Rebuilds rebuilds) {
        this.rebuilds = rebuilds;
    }

    @GetMapping("/v1/rebuild")
    void look(HttpServletResponse response) throws IOException {
        write(response, rebuilds.overview());
    }

    @PostMapping("/v1/rebuild")
    void begin(HttpServletResponse response) throws IOException {
        Overview begun = rebuilds.begin();
        response.setStatus(ACCEPTED);
        write(response, begun);
    }

    @DeleteMapping("/v1/rebuild")
    void cancel(HttpServletResponse response) throws IOException {
        Overview asked = rebuilds.cancel();
        response.setStatus(ACCEPTED);
        write(response, asked);
    }

    private static void write(HttpServletResponse response, Overview overview) throws IOException {
        JsonBody.write(response, json -> {
            json.writeObjectPropertyStart("estimate");
            json.writeNumberProperty("bytes", overview.estimate().bytes());
            json.writeNumberProperty("records", overview.estimate().records());
            json.writeEndObject();
            if (overview.last().isPresent()) {
                json.writeObjectPropertyStart("rebuild");
                write(json, overview.last().get());
                json.writeEndObject();
            } else {
                json.writeNullProperty("rebuild");
            }
        });
    }

    private static void write(JsonGenerator json, Rebuild rebuild) {
        json.writeStringProperty("id", rebuild.id().toString());
        json.writeStringProperty("state", rebuild.state().name().toLowerCase(Locale.ROOT));
        json.writeStringProperty("began_at", rebuild.beganAt().toString());
        Optional<String> ended = rebuild.endedAt().map(Instant::toString);
        if (ended.isPresent()) {
            json.writeStringProperty("ended_at", ended.get());
        } else {
            json.writeNullProperty("ended_at");
        }
        json.writeNumberProperty("records_done", rebuild.done());
        json.writeNumberProperty("records", rebuild.records());
    }
}
