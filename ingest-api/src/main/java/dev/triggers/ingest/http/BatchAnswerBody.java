package dev.triggers.ingest.http;

import dev.triggers.common.problem.Problem;
import dev.triggers.ingest.BatchAnswer;
import dev.triggers.ingest.Item;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/** What became of a batch, as {@code {results:[{index, outcome, id?, receipt?, error?}], received, invalid, limited, retry}}. */
final class BatchAnswerBody {

    private static final int ALL_RECEIVED = 202;
    private static final int MIXED = 207;
    private static final int ALL_LIMITED = 429;
    private static final int ALL_RETRY = 503;

    private BatchAnswerBody() {}

    static void write(BatchAnswer answer, HttpServletResponse response) throws IOException {
        RateLimitHeaders.write(answer.left(), response);
        answer.retryAfter()
                .ifPresent(after ->
                        response.setHeader("Retry-After", Long.toString(Math.max(1, RateLimitHeaders.seconds(after)))));
        JsonAnswer.stream(status(answer), response, json -> write(answer, json));
    }

    /** One verb for all has its own status. An empty batch was received. */
    private static int status(BatchAnswer answer) {
        int all = answer.items().size();
        if (answer.received() == all) {
            return ALL_RECEIVED;
        }
        if (answer.limited() == all) {
            return ALL_LIMITED;
        }
        return answer.retry() == all ? ALL_RETRY : MIXED;
    }

    private static void write(BatchAnswer answer, JsonGenerator json) {
        json.writeArrayPropertyStart("results");
        List<Item> items = answer.items();
        for (int i = 0; i < items.size(); i++) {
            json.writeStartObject();
            json.writeNumberProperty("index", i);
            write(items.get(i), json);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberProperty("received", answer.received());
        json.writeNumberProperty("invalid", answer.invalid());
        json.writeNumberProperty("limited", answer.limited());
        json.writeNumberProperty("retry", answer.retry());
    }

    private static void write(Item item, JsonGenerator json) {
        switch (item) {
            case Item.Received received -> {
                json.writeStringProperty("outcome", "received");
                json.writeStringProperty("id", received.id().toString());
                json.writeStringProperty("receipt", received.receipt().toString());
            }
            case Item.Invalid(Problem problem) -> write("invalid", problem, json);
            case Item.Limited(Problem problem) -> write("limited", problem, json);
            case Item.Retry(Problem problem) -> write("retry", problem, json);
        }
    }

    private static void write(String outcome, Problem problem, JsonGenerator json) {
        json.writeStringProperty("outcome", outcome);
        json.writeObjectPropertyStart("error");
        problem.members(json);
        json.writeEndObject();
    }
}
