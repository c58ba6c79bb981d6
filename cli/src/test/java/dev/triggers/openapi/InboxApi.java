package dev.triggers.openapi;

import dev.triggers.access.Scope;
import dev.triggers.common.event.Limits;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.inbox.AckResult;
import dev.triggers.inbox.Message;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.AdditionalPropertiesValue;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Default inbox", description = "All of an organisation's accepted events, read and acknowledged.")
interface InboxApi {

    @Operation(
            operationId = "listInbox",
            summary = "Read the inbox",
            description = "Oldest first. A page ends before 8 MiB of data too; go on until next_cursor is null.")
    @ApiResponse(responseCode = "200", description = "A page.")
    @Needs(Scope.INBOX_READ)
    @Refuses({ProblemCode.INVALID_PARAMETER, ProblemCode.INVALID_CURSOR, ProblemCode.INBOX_UNAVAILABLE})
    @GetMapping(path = "/v1/inbox", produces = "application/json")
    InboxPage page(
            @Parameter(schema = @Schema(types = "integer", minimum = "1", maximum = "1000", defaultValue = "100"))
                    @RequestParam(name = "limit", required = false)
                    Integer limit,
            @Parameter(description = "next_cursor of the page before, with the same status and type.")
                    @RequestParam(name = "cursor", required = false)
                    String cursor,
            @Parameter(
                            description = "Without it: all that is not acknowledged.",
                            schema =
                                    @Schema(
                                            types = "string",
                                            allowableValues = {"available", "leased", "acked", "quarantined", "all"}))
                    @RequestParam(name = "status", required = false)
                    String status,
            @Parameter(
                            description = "Only events of exactly this type.",
                            schema = @Schema(types = "string", minLength = 1, maxLength = Limits.TYPE_CHARS))
                    @RequestParam(name = "type", required = false)
                    String type,
            @Parameter(
                            description = "Where there is nothing yet: answer as soon as there is. Seconds.",
                            schema = @Schema(types = "integer", minimum = "0", maximum = "30", defaultValue = "0"))
                    @RequestParam(name = "wait", required = false)
                    Integer wait);

    @Operation(
            operationId = "acknowledge",
            summary = "Acknowledge events",
            description = "They leave the inbox at once. Repeating it is harmless.")
    @ApiResponse(responseCode = "200", description = "What it did to each, in the order asked.")
    @Needs(Scope.INBOX_CONSUME)
    @Refuses({
        ProblemCode.MALFORMED_JSON,
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.LOG_UNAVAILABLE,
        ProblemCode.INBOX_UNAVAILABLE
    })
    @PostMapping(path = "/v1/inbox/ack", produces = "application/json")
    Acknowledged acknowledge(@RequestBody Acknowledgement acknowledgement);

    @Operation(operationId = "acknowledgeOne", summary = "Acknowledge one event")
    @ApiResponse(responseCode = "200", description = "What it did.")
    @Needs(Scope.INBOX_CONSUME)
    @Refuses({
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.NOT_FOUND,
        ProblemCode.LOG_UNAVAILABLE,
        ProblemCode.INBOX_UNAVAILABLE
    })
    @PostMapping(path = "/v1/inbox/ack/{id}", produces = "application/json")
    Acked acknowledge(@PathVariable("id") UUID id);

    @Schema(
            example = "{\"events\":[{\"id\":\"b36e6682-78c8-8fc8-a335-d91776285633\",\"sequence\":1,\"type\":"
                    + "\"order.created\",\"source\":\"/shop/berlin\",\"subject\":null,\"time\":\"2026-11-23T09:22:02.793Z\","
                    + "\"accepted_at\":\"2026-11-23T09:22:02.839Z\",\"data\":{\"order\":1001},\"status\":\"available\","
                    + "\"lease_count\":0}],\"next_cursor\":null}")
    record InboxPage(
            List<Entry> events,

            @Schema(
                    types = {"string", "null"},
                    description = "Null when there is no more for now.")
            String nextCursor) {}

    @Schema(name = "InboxEvent")
    record Entry(
            @Schema(description = "Not unique for ever: after 24 h a dedup id may be accepted again.")
            UUID id,

            @Schema(minimum = "1", description = "Gapless within the organisation.")
            long sequence,

            String type,
            String source,

            @Schema(types = {"string", "null"}) String subject,
            Instant time,
            Instant acceptedAt,

            @Schema(description = "The very bytes that were sent.")
            Map<String, Object> data,

            Message.Status status,

            @Schema(minimum = "0") int leaseCount) {}

    @Schema(
            additionalProperties = AdditionalPropertiesValue.FALSE,
            example = "{\"event_ids\":[\"b36e6682-78c8-8fc8-a335-d91776285633\"]}")
    record Acknowledgement(
            @ArraySchema(minItems = 1, maxItems = 1_000) List<UUID> eventIds) {}

    @Schema(
            example = "{\"acknowledged\":1,\"failed\":0,\"results\":[{\"id\":\"b36e6682-78c8-8fc8-a335-d91776285633\","
                    + "\"outcome\":\"acked\"}]}")
    record Acknowledged(
            @Schema(minimum = "0", description = "How many are acknowledged now, those that were before included.")
            long acknowledged,

            @Schema(minimum = "0", description = "How many are not events of this inbox.")
            long failed,

            List<Acked> results) {}

    @Schema(name = "AckResult")
    record Acked(UUID id, AckResult.Outcome outcome) {}
}
