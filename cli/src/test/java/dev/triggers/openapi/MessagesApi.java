package dev.triggers.openapi;

import dev.triggers.access.Scope;
import dev.triggers.common.problem.ProblemCode;
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
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(
        name = "Leases",
        description =
                "Messages of an inbox, handed out for a time to one consumer each. The same under five base paths.")
@RequestMapping({
    "/v1/inboxes/{inbox}",
    "/trigger-inbox/v1/inboxes/{inbox}",
    "/trigger-inbox/api/v1/inboxes/{inbox}",
    "/api/v0/sdk/trigger-inbox/api/v1/inboxes/{inbox}",
    "/api/v1/inboxes/{inbox}"
})
interface MessagesApi {

    @Operation(
            operationId = "lease",
            summary = "Lease messages",
            description =
                    "What went back first, then what is fresh, in order. Ends at 8 MiB of data too. A paused inbox"
                            + " from which all was handled answers 409, with inbox_attributes beside the error's members.")
    @ApiResponse(responseCode = "200", description = "A lease, or nulls and no results.")
    @Needs(Scope.INBOX_CONSUME)
    @Refuses({
        ProblemCode.MALFORMED_JSON,
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.NOT_FOUND,
        ProblemCode.INBOX_PAUSED,
        ProblemCode.INBOX_UNAVAILABLE
    })
    @PostMapping(path = "/messages/lease", produces = "application/json")
    Leased lease(@PathVariable("inbox") String inbox, @RequestBody(required = false) LeaseRequest request);

    @Operation(
            operationId = "listMessages",
            summary = "List messages",
            description =
                    "Those that are not acknowledged, without payloads, in order. Where a filter refuses most, a page"
                            + " may hold few or none and still have a next one.")
    @ApiResponse(responseCode = "200", description = "A page.")
    @Needs(Scope.INBOX_READ)
    @Refuses({
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.INVALID_CURSOR,
        ProblemCode.NOT_FOUND,
        ProblemCode.INBOX_UNAVAILABLE
    })
    @GetMapping(path = "/messages", produces = "application/json")
    MessagePage list(
            @PathVariable("inbox") String inbox,
            @Parameter(schema = @Schema(types = "integer", minimum = "1", maximum = "1000", defaultValue = "100"))
                    @RequestParam(name = "limit", required = false)
                    Integer limit,
            @Parameter(description = "That of next, of the page before.")
                    @RequestParam(name = "cursor", required = false)
                    String cursor);

    @Operation(
            operationId = "acknowledgeLeased",
            summary = "Acknowledge leased messages",
            description = "In the log before it is answered. Repeating it is harmless.")
    @ApiResponse(responseCode = "200", description = "Those that are done now.")
    @Needs(Scope.INBOX_CONSUME)
    @Refuses({
        ProblemCode.MALFORMED_JSON,
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.LEASE_EXPIRED,
        ProblemCode.NOT_FOUND,
        ProblemCode.LOG_UNAVAILABLE,
        ProblemCode.INBOX_UNAVAILABLE
    })
    @PostMapping(path = "/messages/ack", produces = "application/json")
    AckedLease acknowledge(@PathVariable("inbox") String inbox, @RequestBody LeasedMessages request);

    @Operation(
            operationId = "release",
            summary = "Give leased messages back",
            description = "They may be leased again at once, or after a delay. That they were leased still counts.")
    @ApiResponse(responseCode = "200", description = "Those that went back.")
    @Needs(Scope.INBOX_CONSUME)
    @Refuses({
        ProblemCode.MALFORMED_JSON,
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.LEASE_EXPIRED,
        ProblemCode.NOT_FOUND,
        ProblemCode.INBOX_UNAVAILABLE
    })
    @PostMapping(path = "/messages/release", produces = "application/json")
    ReleasedLease release(@PathVariable("inbox") String inbox, @RequestBody Release request);

    @Operation(
            operationId = "reject",
            summary = "Quarantine leased messages",
            description = "They stay to be looked at and are not leased again.")
    @ApiResponse(responseCode = "200", description = "Those that are quarantined now.")
    @Needs(Scope.INBOX_CONSUME)
    @Refuses({
        ProblemCode.MALFORMED_JSON,
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.LEASE_EXPIRED,
        ProblemCode.NOT_FOUND,
        ProblemCode.LOG_UNAVAILABLE,
        ProblemCode.INBOX_UNAVAILABLE
    })
    @PostMapping(path = "/messages/reject", produces = "application/json")
    RejectedLease reject(@PathVariable("inbox") String inbox, @RequestBody LeasedMessages request);

    @Operation(operationId = "renew", summary = "Let a lease last longer")
    @ApiResponse(responseCode = "200", description = "When it ends now.")
    @Needs(Scope.INBOX_CONSUME)
    @Refuses({
        ProblemCode.MALFORMED_JSON,
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.LEASE_EXPIRED,
        ProblemCode.NOT_FOUND,
        ProblemCode.INBOX_UNAVAILABLE
    })
    @PostMapping(path = "/messages/renew", produces = "application/json")
    RenewedLease renew(@PathVariable("inbox") String inbox, @RequestBody Renewal request);

    @Operation(operationId = "inboxStats", summary = "How an inbox stands")
    @ApiResponse(responseCode = "200", description = "Its numbers.")
    @Needs(Scope.INBOX_READ)
    @Refuses({ProblemCode.INVALID_PARAMETER, ProblemCode.NOT_FOUND, ProblemCode.INBOX_UNAVAILABLE})
    @GetMapping(path = "/stats", produces = "application/json")
    InboxStats stats(@PathVariable("inbox") String inbox);

    @Schema(additionalProperties = AdditionalPropertiesValue.FALSE)
    record LeaseRequest(
            @Schema(minimum = "1", maximum = "3600", defaultValue = "300")
            Optional<Integer> leaseSeconds,

            @Schema(minimum = "1", maximum = "100", defaultValue = "10")
            Optional<Integer> leaseLimit,

            @Schema(
                    name = "wait",
                    minimum = "0",
                    maximum = "30",
                    defaultValue = "0",
                    description = "Seconds to wait where there is nothing yet.")
            Optional<Integer> waitSeconds) {}

    record Leased(
            @Schema(types = {"string", "null"}) String leaseId,

            @Schema(
                    types = {"string", "null"},
                    format = "date-time")
            Instant leasedUntil,

            List<InboxMessage> results,
            InboxAttributes inboxAttributes) {}

    record MessagePage(
            @Schema(
                    types = {"string", "null"},
                    format = "uri",
                    description = "The next page; null: no more for now.")
            String next,

            @Schema(
                    types = {"string", "null"},
                    description = "Always null: pages go forward.")
            String previous,

            List<InboxMessage> results) {}

    record InboxAttributes(
            @Schema(allowableValues = {"initializing", "active", "paused", "deleting", "initialization_failure"})
            String status,

            @Schema(types = {"string", "null"}) String pausedReason) {}

    record InboxMessage(
            UUID id,
            Instant createdAt,
            Message.Status status,
            MessageAttributes messageAttributes,

            @Schema(description = "The very bytes that were sent. Only where messages are handed out.")
            Optional<Map<String, Object>> payload,

            UUID eventId,
            @Schema(minimum = "1") long sequence,
            String type,
            String source) {}

    record MessageAttributes(
            @Schema(minimum = "0") int leaseCount,

            @Schema(types = {"string", "null"}) String errorMessage,
            boolean possibleDuplicateData) {}

    @Schema(additionalProperties = AdditionalPropertiesValue.FALSE)
    record LeasedMessages(
            String leaseId,

            @ArraySchema(minItems = 1, maxItems = 100) @Schema(description = "Without: all the lease still holds.")
            Optional<List<UUID>> messageIds) {}

    @Schema(additionalProperties = AdditionalPropertiesValue.FALSE)
    record Release(
            String leaseId,
            @ArraySchema(minItems = 1, maxItems = 100) Optional<List<UUID>> messageIds,

            @Schema(minimum = "0", maximum = "86400", defaultValue = "0")
            Optional<Integer> delaySeconds) {}

    @Schema(additionalProperties = AdditionalPropertiesValue.FALSE)
    record Renewal(
            String leaseId,

            @Schema(minimum = "1", maximum = "3600", defaultValue = "300")
            Optional<Integer> leaseSeconds) {}

    record AckedLease(String ackedId, List<InboxMessage> results) {}

    record ReleasedLease(String releasedId, List<InboxMessage> results) {}

    record RejectedLease(String rejectedId, List<InboxMessage> results) {}

    record RenewedLease(String leaseId, Instant leasedUntil) {}

    record InboxStats(
            @Schema(
                    minimum = "0",
                    description = "Of an inbox with a filter: what went back, and what matches among the next 10,000"
                            + " sequences behind the frontier, 2,000 where it has inputs.")
            long available,

            @Schema(minimum = "0") long leased,
            @Schema(minimum = "0") long quarantined,

            @Schema(
                    types = {"string", "null"},
                    format = "date-time")
            Instant oldestAt,

            @Schema(minimum = "0") long frontier,
            @Schema(minimum = "0") long head) {}
}
