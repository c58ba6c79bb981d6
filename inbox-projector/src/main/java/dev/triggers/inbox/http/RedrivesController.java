package dev.triggers.inbox.http;

import dev.triggers.access.Caller;
import dev.triggers.access.Scope;
import dev.triggers.common.event.Limits;
import dev.triggers.common.event.Receipt;
import dev.triggers.inbox.History.Place;
import dev.triggers.inbox.Redrives;
import dev.triggers.inbox.Redrives.Page;
import dev.triggers.inbox.Redrives.Redriven;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;

/** {@code POST /v1/rejections/{receipt}/redrive} and {@code POST /v1/rejections/redrive}: throttled submissions, once more. */
@RestController
public final class RedrivesController {

    private static final int MOST = 500;
    private static final int DEFAULT_LIMIT = 100;
    private static final Set<String> BULK = Set.of("outcome", "before", "limit", "cursor");

    private final Redrives redrives;
    private final InstantSource clock;

    public RedrivesController(Redrives redrives, InstantSource clock) {
        this.redrives = redrives;
        this.clock = clock;
    }

    @PostMapping("/v1/rejections/{receipt}/redrive")
    void redrive(Caller caller, @PathVariable("receipt") String receipt, HttpServletResponse response)
            throws IOException {
        caller.require(Scope.INBOX_MANAGE);
        Redriven redriven = redrives.redrive(caller.org(), receipt(receipt), caller.plan());
        JsonBody.write(response, json -> members(json, redriven));
    }

    @PostMapping("/v1/rejections/redrive")
    void redriveAll(Caller caller, HttpServletRequest request, HttpServletResponse response) throws IOException {
        caller.require(Scope.INBOX_MANAGE);
        JsonRequest body = JsonRequest.read(request.getInputStream(), BULK);
        requireThrottled(body.optionalText("outcome").orElse("throttled"));
        Instant before =
                body.optionalText("before").map(RedrivesController::before).orElseGet(clock::instant);
        Cursor cursor = new Cursor(caller.org(), "redrive");
        Optional<Place> from = body.optionalText("cursor").map(text -> HistoryController.place(cursor.read(text, 3)));
        int limit = body.number("limit", 1, MOST, DEFAULT_LIMIT);
        Page page = redrives.redriveAll(caller.org(), caller.plan(), before, from, limit);
        JsonBody.write(response, json -> {
            json.writeArrayPropertyStart("redriven");
            page.redriven().forEach(one -> {
                json.writeStartObject();
                members(json, one);
                json.writeEndObject();
            });
            json.writeEndArray();
            page.next()
                    .ifPresentOrElse(
                            place -> json.writeStringProperty(
                                    "next_cursor",
                                    cursor.at(
                                            place.decidedAt().toEpochMilli(),
                                            place.receipt().partition(),
                                            place.receipt().offset())),
                            () -> json.writeNullProperty("next_cursor"));
        });
    }

    private static void members(JsonGenerator json, Redriven redriven) {
        json.writeStringProperty("receipt", redriven.receipt().toString());
        json.writeStringProperty("redriven_as", redriven.as().toString());
    }

    private static void requireThrottled(String outcome) {
        if (!outcome.equals("throttled")) {
            throw Parameters.invalid("outcome: " + Limits.cut(outcome)
                    + " (expected: throttled; a duplicate or conflict was decided for good, and what is dead can not be"
                    + " read)");
        }
    }

    private static Instant before(String text) {
        try {
            return HistoryController.time("before", text);
        } catch (IllegalArgumentException e) {
            throw Parameters.invalid(String.valueOf(e.getMessage()));
        }
    }

    private static Receipt receipt(String text) {
        try {
            return Receipt.parse(text);
        } catch (IllegalArgumentException e) {
            throw Parameters.invalid(String.valueOf(e.getMessage()));
        }
    }
}
