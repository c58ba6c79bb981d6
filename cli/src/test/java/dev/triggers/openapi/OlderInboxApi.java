package dev.triggers.openapi;

import dev.triggers.access.Scope;
import dev.triggers.common.event.Limits;
import dev.triggers.common.problem.ProblemCode;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
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
@Tag(name = "Default inbox")
interface OlderInboxApi {

    @Operation(
            operationId = "listInboxInOlderWords",
            summary = "Read the inbox, in the older words",
            description = "As listInbox, but for the names of some members.")
    @ApiResponse(responseCode = "200", description = "A page.")
    @Needs(Scope.INBOX_READ)
    @Refuses({ProblemCode.INVALID_PARAMETER, ProblemCode.INVALID_CURSOR, ProblemCode.INBOX_UNAVAILABLE})
    @GetMapping(path = "/api/inbox", produces = "application/json")
    OlderPage page(
            @Parameter(schema = @Schema(types = "integer", minimum = "1", maximum = "1000", defaultValue = "100"))
                    @RequestParam(name = "limit", required = false)
                    Integer limit,
            @Parameter(description = "next_cursor of the page before, with the same status and type.")
                    @RequestParam(name = "cursor", required = false)
                    String cursor,
            @Parameter(
                            description = "Without it: all that is not acknowledged. pending is available.",
                            schema =
                                    @Schema(
                                            types = "string",
                                            allowableValues = {
                                                "pending",
                                                "available",
                                                "leased",
                                                "acked",
                                                "quarantined",
                                                "all"
                                            }))
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

    @Operation(operationId = "acknowledgeByOlderPath", summary = "As acknowledge")
    @ApiResponse(responseCode = "200", description = "What it did to each, in the order asked.")
    @Needs(Scope.INBOX_CONSUME)
    @Refuses({
        ProblemCode.MALFORMED_JSON,
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.LOG_UNAVAILABLE,
        ProblemCode.INBOX_UNAVAILABLE
    })
    @PostMapping(path = "/api/inbox/ack", produces = "application/json")
    InboxApi.Acknowledged acknowledge(@RequestBody InboxApi.Acknowledgement acknowledgement);

    @Operation(operationId = "acknowledgeOneByOlderPath", summary = "As acknowledgeOne")
    @ApiResponse(responseCode = "200", description = "What it did.")
    @Needs(Scope.INBOX_CONSUME)
    @Refuses({
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.NOT_FOUND,
        ProblemCode.LOG_UNAVAILABLE,
        ProblemCode.INBOX_UNAVAILABLE
    })
    @PostMapping(path = "/api/inbox/ack/{id}", produces = "application/json")
    InboxApi.Acked acknowledge(@PathVariable("id") UUID id);

    @Schema(
            example = "{\"events\":[{\"id\":\"b36e6682-78c8-8fc8-a335-d91776285633\",\"sequence\":1,\"type\":"
                    + "\"order.created\",\"source\":\"/shop/berlin\",\"subject\":null,\"time\":\"2026-11-23T09:22:02.793Z\","
                    + "\"created_at\":\"2026-11-23T09:22:02.839Z\",\"payload\":{\"order\":1001},\"delivery_status\":"
                    + "\"pending\",\"lease_count\":0}],\"next_cursor\":null}")
    record OlderPage(
            List<OlderEntry> events,

            @Schema(
                    types = {"string", "null"},
                    description = "Null when there is no more for now.")
            String nextCursor) {}

    @Schema(name = "OlderInboxEvent")
    record OlderEntry(
            UUID id,
            @Schema(minimum = "1") long sequence,
            String type,
            String source,

            @Schema(types = {"string", "null"}) String subject,
            Instant time,

            @Schema(description = "When it was accepted.") Instant createdAt,

            @Schema(description = "The very bytes that were sent.")
            Map<String, Object> payload,

            @Schema(
                    types = "string",
                    allowableValues = {"pending", "leased", "acked", "quarantined"})
            String deliveryStatus,

            @Schema(minimum = "0") int leaseCount) {}
}
