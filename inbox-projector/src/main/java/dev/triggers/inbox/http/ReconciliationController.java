package dev.triggers.inbox.http;

import dev.triggers.access.Caller;
import dev.triggers.access.Scope;
import dev.triggers.common.event.Limits;
import dev.triggers.common.wire.Outcome;
import dev.triggers.inbox.Books;
import dev.triggers.inbox.Books.Hour;
import dev.triggers.inbox.Coverage;
import dev.triggers.inbox.OutcomeTables.Offsets;
import dev.triggers.inbox.Reconciliation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;

/**
 * {@code GET /v1/reconciliation}, an org's books by the hour, and {@code GET /v1/reconciliation/coverage}, the operator's
 * look at whether every submission has exactly one outcome.
 */
@RestController
public final class ReconciliationController {

    private static final Set<String> BOOKS = Set.of("from", "to");
    private static final Set<String> COVERAGE = Set.of("partition", "from", "limit");
    private static final Duration DEFAULT_SPAN = Duration.ofHours(24);
    private static final Duration MOST_SPAN = Duration.ofDays(7);
    private static final int DEFAULT_LIMIT = 100_000;
    private static final int MOST = 1_000_000;

    private final Reconciliation reconciliation;
    private final InstantSource clock;

    public ReconciliationController(Reconciliation reconciliation, InstantSource clock) {
        this.reconciliation = reconciliation;
        this.clock = clock;
    }

    @GetMapping("/v1/reconciliation")
    void books(Caller caller, HttpServletRequest request, HttpServletResponse response) throws IOException {
        caller.require(Scope.INBOX_READ);
        Parameters parameters = new Parameters(request, BOOKS);
        Instant to = nextHour(parameters
                .value("to", text -> HistoryController.time("to", text))
                .orElseGet(clock::instant));
        Instant from = parameters
                .value("from", text -> HistoryController.time("from", text))
                .orElse(to.minus(DEFAULT_SPAN))
                .truncatedTo(ChronoUnit.HOURS);
        Duration span = Duration.between(from, to);
        if (span.isNegative() || span.compareTo(MOST_SPAN) > 0) {
            throw Parameters.invalid("from: " + from + " to: " + to + " (expected: from before to, at most "
                    + MOST_SPAN.toDays() + " days)");
        }
        Books books = reconciliation.books(caller.org(), from, to);
        JsonBody.write(response, json -> {
            json.writeStringProperty("from", from.toString());
            json.writeStringProperty("to", to.toString());
            json.writeArrayPropertyStart("hours");
            books.hours().forEach(hour -> write(json, hour));
            json.writeEndArray();
            json.writeBooleanProperty("pending_complete", books.pendingComplete());
        });
    }

    /** The hour it is in counts whole. */
    private static Instant nextHour(Instant to) {
        Instant hour = to.truncatedTo(ChronoUnit.HOURS);
        return hour.equals(to) ? to : hour.plus(1, ChronoUnit.HOURS);
    }

    private static void write(JsonGenerator json, Hour hour) {
        json.writeStartObject();
        json.writeStringProperty("hour", hour.start().toString());
        json.writeNumberProperty("ingested", hour.ingested());
        for (Outcome outcome : Outcome.values()) {
            json.writeNumberProperty(outcome.toString(), hour.of(outcome));
        }
        json.writeNumberProperty("pending", hour.pending());
        json.writeNumberProperty("acked", hour.acked());
        json.writeNumberProperty("quarantined", hour.quarantined());
        json.writeNumberProperty("unacknowledged", hour.unacknowledged());
        json.writeNumberProperty("expired_unacknowledged", hour.expired());
        json.writeEndObject();
    }

    @GetMapping("/v1/reconciliation/coverage")
    void coverage(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Parameters parameters = new Parameters(request, COVERAGE);
        int partitions = reconciliation.partitions();
        int partition = parameters.number("partition", 0, partitions - 1, 0);
        Optional<Long> from = parameters.value("from", ReconciliationController::offset);
        int limit = parameters.number("limit", 1, MOST, DEFAULT_LIMIT);
        Coverage coverage =
                reconciliation.coverage(partition, from.map(OptionalLong::of).orElse(OptionalLong.empty()), limit);
        JsonBody.write(response, json -> {
            json.writeNumberProperty("partitions", partitions);
            json.writeNumberProperty("partition", coverage.partition());
            json.writeNumberProperty("from", coverage.first());
            json.writeNumberProperty("to", coverage.last());
            json.writeNumberProperty("covered", coverage.covered());
            json.writeNumberProperty("pending", coverage.pending());
            json.writeNumberProperty("dead_letters_only", coverage.nobodys());
            ranges(json, "missing", coverage.missing());
            ranges(json, "doubled", coverage.doubled());
            json.writeBooleanProperty("complete", coverage.complete());
            if (coverage.next().isPresent()) {
                json.writeNumberProperty("next_from", coverage.next().getAsLong());
            } else {
                json.writeNullProperty("next_from");
            }
        });
    }

    private static long offset(String text) {
        try {
            long offset = Long.parseLong(text);
            if (offset >= 0) {
                return offset;
            }
        } catch (NumberFormatException e) {
            throw noOffset(text);
        }
        throw noOffset(text);
    }

    private static IllegalArgumentException noOffset(String text) {
        return new IllegalArgumentException("from: " + Limits.cut(text) + " (expected: an offset)");
    }

    private static void ranges(JsonGenerator json, String name, List<Offsets> ranges) {
        json.writeArrayPropertyStart(name);
        for (Offsets range : ranges) {
            json.writeStartObject();
            json.writeNumberProperty("from", range.first());
            json.writeNumberProperty("to", range.last());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
