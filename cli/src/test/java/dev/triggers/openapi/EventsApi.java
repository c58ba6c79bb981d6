package dev.triggers.openapi;

import dev.triggers.access.Scope;
import dev.triggers.common.event.Limits;
import dev.triggers.common.problem.ProblemCode;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.AdditionalPropertiesValue;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Events in", description = "Producers send events; what becomes of each is said by its receipt.")
interface EventsApi {

    @Operation(
            operationId = "postEvent",
            summary = "Post an event",
            description =
                    "Answered once the log has confirmed the event. Whether it is accepted, a duplicate or over the"
                            + " limit is decided behind the log; the receipt says it.")
    @ApiResponse(responseCode = "202", description = "Kept in the log.")
    @Needs(Scope.EVENTS_WRITE)
    @Refuses({
        ProblemCode.MALFORMED_JSON,
        ProblemCode.INVALID_EVENT,
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.EVENT_TOO_LARGE,
        ProblemCode.UNSUPPORTED_MEDIA_TYPE,
        ProblemCode.RATE_LIMITED,
        ProblemCode.LOG_UNAVAILABLE,
        ProblemCode.OUTCOME_UNKNOWN,
        ProblemCode.OVERLOADED
    })
    @PostMapping(path = "/v1/events", consumes = "application/json", produces = "application/json")
    ReceivedEvent post(
            @Parameter(
                            in = ParameterIn.HEADER,
                            description = "The same as dedup_id; if both are there they must be equal.",
                            schema =
                                    @Schema(
                                            types = "string",
                                            minLength = 1,
                                            maxLength = Limits.DEDUP_ID_CHARS,
                                            example = "order-1"))
                    @RequestHeader(name = "Idempotency-Key", required = false)
                    String idempotencyKey,
            @Parameter(in = ParameterIn.HEADER, description = "W3C trace context, carried through to the topics.")
                    @RequestHeader(name = "traceparent", required = false)
                    String traceparent,
            @RequestBody NewEvent event);

    @Schema(
            description = "An event to be kept. One of data and payload, which mean the same.",
            additionalProperties = AdditionalPropertiesValue.FALSE,
            example = "{\"type\":\"order.created\",\"dedup_id\":\"order-1\",\"data\":{\"order\":1,\"total\":9.00}}")
    record NewEvent(
            @Schema(minLength = 1, maxLength = Limits.TYPE_CHARS, pattern = "^[A-Za-z0-9._:/-]+$")
            String type,

            @Schema(description = "At most 262,144 bytes as sent and 64 levels deep; kept byte for byte.")
            Optional<Map<String, Object>> data,

            @Schema(description = "Another name for data.") Optional<Map<String, Object>> payload,

            @Schema(
                    types = {"string", "null"},
                    minLength = 1,
                    maxLength = Limits.SOURCE_CHARS,
                    description = "Default: /orgs/{org}.")
            Optional<String> source,

            @Schema(
                    types = {"string", "null"},
                    minLength = 1,
                    maxLength = Limits.SUBJECT_CHARS)
            Optional<String> subject,

            @Schema(
                    types = {"string", "null"},
                    format = "date-time",
                    description = "Default: when it was received.")
            Optional<Instant> time,

            @Schema(
                    types = {"string", "null"},
                    minLength = 1,
                    maxLength = Limits.DEDUP_ID_CHARS,
                    description = "Within 24 h the same one is accepted once for an organisation and source.")
            Optional<String> dedupId) {}

    @Schema(
            description = "What was kept, and where its outcome will be found.",
            example = "{\"id\":\"db5d6698-74b0-8fb6-aaa8-a3f2242e5ecc\",\"receipt\":\"4-25\",\"status\":\"received\","
                    + "\"message\":\"Kept in the log. Its receipt says what becomes of it.\",\"links\":{\"self\":"
                    + "\"/v1/receipts/4-25?id=db5d6698-74b0-8fb6-aaa8-a3f2242e5ecc\"}}")
    record ReceivedEvent(
            @Schema(description = "Names the event; the same for the same dedup id.")
            UUID id,

            @Schema(
                    description = "Names this submission: partition and offset.",
                    pattern = "^\\d+-\\d+$",
                    example = "3-1234")
            String receipt,

            @Schema(allowableValues = "received") String status,
            String message,
            Links links) {}

    @Schema(name = "EventLinks")
    record Links(
            @Schema(format = "uri-reference", description = "The receipt.")
            String self) {}
}
