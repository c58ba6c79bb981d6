package dev.triggers.ingest.http;

import dev.triggers.access.Caller;
import dev.triggers.access.Scope;
import dev.triggers.access.http.ErrorPage;
import dev.triggers.ingest.Answers;
import dev.triggers.ingest.ArrayElements;
import dev.triggers.ingest.Batch;
import dev.triggers.ingest.BatchAnswer;
import dev.triggers.ingest.BatchIngestor;
import dev.triggers.ingest.Context;
import dev.triggers.ingest.EventFormat;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /v1/events/batch}: many events, each answered for itself. */
@RestController
public final class BatchController {

    private static final String TAKEN = MediaTypes.JSON + ", " + MediaTypes.NDJSON + " or " + MediaTypes.CLOUDEVENTS;

    private final BatchIngestor ingestor;
    private final EventBodies bodies;
    private final Answers answers;

    public BatchController(BatchIngestor ingestor, EventBodies bodies, Answers answers) {
        this.ingestor = ingestor;
        this.bodies = bodies;
        this.answers = answers;
    }

    @PostMapping("/v1/events/batch")
    void post(Caller caller, HttpServletRequest request, HttpServletResponse response) throws IOException {
        BatchAnswer answer = answers.batchCounted(() -> received(caller, request));
        ErrorPage.due(request, again -> BatchAnswerBody.write(answer, again));
        BatchAnswerBody.write(answer, response);
    }

    private BatchAnswer received(Caller caller, HttpServletRequest request) {
        caller.require(Scope.EVENTS_WRITE);
        Context context = RequestContext.of(request);
        String type = MediaTypes.of(request, TAKEN);
        Batch batch = ingestor.begin(caller, context);
        try (Body body = bodies.batch(caller, request)) {
            switch (type) {
                case MediaTypes.NDJSON -> NdjsonLines.read(body, batch);
                case MediaTypes.JSON -> addAll(EventFormat.JSON, body, batch);
                case MediaTypes.CLOUDEVENTS -> addAll(EventFormat.CLOUDEVENT, body, batch);
                default -> throw MediaTypes.unsupported("Content-Type: " + type, TAKEN);
            }
            return batch.finish();
        }
    }

    /** An array is read and divided as a whole, so that one that is refused has stored nothing. */
    private static void addAll(EventFormat format, Body body, Batch batch) {
        body.readAll();
        ArrayElements elements = ArrayElements.of(body.buffer(), body.size());
        for (int i = 0; i < elements.count(); i++) {
            batch.add(format, body.buffer(), elements.from(i), elements.to(i));
        }
    }
}
