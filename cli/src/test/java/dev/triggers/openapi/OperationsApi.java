package dev.triggers.openapi;

import dev.triggers.access.Scope;
import dev.triggers.common.event.Limits;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.inbox.Operations.Kind;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.AdditionalPropertiesValue;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(
        name = "Operations",
        description =
                "What somebody does to an inbox beside handling messages, and who did. The same under five base paths.")
@RequestMapping({
    "/v1/inboxes/{inbox}",
    "/trigger-inbox/v1/inboxes/{inbox}",
    "/trigger-inbox/api/v1/inboxes/{inbox}",
    "/api/v0/sdk/trigger-inbox/api/v1/inboxes/{inbox}",
    "/api/v1/inboxes/{inbox}"
})
interface OperationsApi {

    String ONCE =
            "The request is done once under it, however often it is sent, for as long as the operation is listed.";

    @Operation(
            operationId = "redrive",
            summary = "Lease quarantined messages again",
            description = "As if they had never been leased. Those that are not quarantined are passed over.")
    @ApiResponse(responseCode = "200", description = "It has taken effect.")
    @Needs(Scope.INBOX_MANAGE)
    @Refuses({
        ProblemCode.MALFORMED_JSON,
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.NOT_FOUND,
        ProblemCode.LOG_UNAVAILABLE,
        ProblemCode.INBOX_UNAVAILABLE
    })
    @PostMapping(path = "/messages/redrive", produces = "application/json")
    InboxOperationResult redrive(
            @PathVariable("inbox") String inbox,
            @Parameter(
                            description = ONCE,
                            schema = @Schema(types = "string", minLength = 1, maxLength = Limits.DEDUP_ID_CHARS))
                    @RequestHeader(name = "Idempotency-Key", required = false)
                    String idempotencyKey,
            @RequestBody(required = false) RedriveRequest request);

    @Operation(
            operationId = "replay",
            summary = "Open what was done once more",
            description = "From a sequence or a time on. What is leased, kept back or quarantined stays as it is.")
    @ApiResponse(responseCode = "200", description = "It has taken effect.")
    @Needs(Scope.INBOX_MANAGE)
    @Refuses({
        ProblemCode.MALFORMED_JSON,
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.NOT_FOUND,
        ProblemCode.LOG_UNAVAILABLE,
        ProblemCode.INBOX_UNAVAILABLE
    })
    @PostMapping(path = "/messages/replay", produces = "application/json")
    InboxOperationResult replay(
            @PathVariable("inbox") String inbox,
            @Parameter(
                            description = ONCE,
                            schema = @Schema(types = "string", minLength = 1, maxLength = Limits.DEDUP_ID_CHARS))
                    @RequestHeader(name = "Idempotency-Key", required = false)
                    String idempotencyKey,
            @RequestBody ReplayRequest request);

    @Operation(
            operationId = "purge",
            summary = "Give up what is open",
            description = "All that is neither quarantined nor in a lease that lasts is done.")
    @ApiResponse(responseCode = "200", description = "It has taken effect.")
    @Needs(Scope.INBOX_MANAGE)
    @Refuses({
        ProblemCode.MALFORMED_JSON,
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.NOT_FOUND,
        ProblemCode.LOG_UNAVAILABLE,
        ProblemCode.INBOX_UNAVAILABLE
    })
    @PostMapping(path = "/messages/purge", produces = "application/json")
    InboxOperationResult purge(
            @PathVariable("inbox") String inbox,
            @Parameter(
                            description = ONCE,
                            schema = @Schema(types = "string", minLength = 1, maxLength = Limits.DEDUP_ID_CHARS))
                    @RequestHeader(name = "Idempotency-Key", required = false)
                    String idempotencyKey);

    @Operation(
            operationId = "listOperations",
            summary = "Who redrove, replayed and purged",
            description = "Oldest first.")
    @ApiResponse(responseCode = "200", description = "A page.")
    @Needs(Scope.INBOX_READ)
    @Refuses({
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.INVALID_CURSOR,
        ProblemCode.NOT_FOUND,
        ProblemCode.INBOX_UNAVAILABLE
    })
    @GetMapping(path = "/operations", produces = "application/json")
    OperationPage list(
            @PathVariable("inbox") String inbox,
            @Parameter(schema = @Schema(types = "integer", minimum = "1", maximum = "1000", defaultValue = "100"))
                    @RequestParam(name = "limit", required = false)
                    Integer limit,
            @Parameter(description = "next_cursor of the page before.") @RequestParam(name = "cursor", required = false)
                    String cursor);

    @Schema(additionalProperties = AdditionalPropertiesValue.FALSE)
    record RedriveRequest(
            @ArraySchema(minItems = 1, maxItems = 1_000, schema = @Schema(description = "Without: all."))
            Optional<List<UUID>> messageIds) {}

    @Schema(additionalProperties = AdditionalPropertiesValue.FALSE, description = "One of the two.")
    record ReplayRequest(@Schema(minimum = "1") Optional<Long> fromSequence, Optional<Instant> fromTime) {}

    record InboxOperationResult(
            @Schema(description = "Absent when there was nothing to do.")
            Optional<InboxOperation> operation,

            @Schema(minimum = "0", description = "Messages beyond the bound of one call: ask again.")
            long remaining) {}

    record InboxOperation(
            UUID id,
            Kind kind,

            @Schema(description = "The public part of the key that asked.")
            String keyId,

            @Schema(example = "from_sequence 12") String asked,
            Instant at,

            @Schema(minimum = "1", description = "How many sequences it is about.")
            long messages,

            @Schema(minimum = "1") long firstSequence,
            @Schema(minimum = "1") long lastSequence,

            @Schema(
                    types = {"string", "null"},
                    format = "date-time",
                    description = "Null while it has not taken effect.")
            Instant appliedAt) {}

    record OperationPage(
            List<InboxOperation> operations,
            @Schema(types = {"string", "null"}) String nextCursor) {}
}
