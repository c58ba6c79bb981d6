package dev.triggers.openapi;

import dev.triggers.access.Scope;
import dev.triggers.common.event.Limits;
import dev.triggers.common.problem.ProblemCode;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.AdditionalPropertiesValue;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.bind.annotation.PostMapping;
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
                            + " limit of all instances is decided behind the log; the receipt says it. A CloudEvent"
                            + " comes structured, or with its attributes in ce- headers.",
            requestBody =
                    @RequestBody(
                            required = true,
                            content = {
                                @Content(
                                        mediaType = "application/json",
                                        schema = @Schema(anyOf = {NewEvent.class, EventData.class})),
                                @Content(
                                        mediaType = "application/cloudevents+json",
                                        schema = @Schema(implementation = CloudEvent.class))
                            }))
    @ApiResponse(responseCode = "202", description = "Kept in the log.")
    @EventHeaders
    @CloudEventHeaders
    @Needs(Scope.EVENTS_WRITE)
    @Metered
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
    @PostMapping(path = "/v1/events", produces = "application/json")
    ReceivedEvent post(
            @Parameter(
                            in = ParameterIn.HEADER,
                            description = "The same as dedup_id or a CloudEvent's id; if both are there they must be"
                                    + " equal.",
                            schema =
                                    @Schema(
                                            types = "string",
                                            minLength = 1,
                                            maxLength = Limits.DEDUP_ID_CHARS,
                                            example = "order-1"))
                    @RequestHeader(name = "Idempotency-Key", required = false)
                    String idempotencyKey);

    @Operation(
            operationId = "postEventOlder",
            summary = "Post an event, answered in fewer words",
            description = "Takes what POST /v1/events takes.",
            requestBody =
                    @RequestBody(
                            required = true,
                            content = {
                                @Content(
                                        mediaType = "application/json",
                                        schema = @Schema(anyOf = {NewEvent.class, EventData.class})),
                                @Content(
                                        mediaType = "application/cloudevents+json",
                                        schema = @Schema(implementation = CloudEvent.class))
                            }))
    @ApiResponse(responseCode = "202", description = "Kept in the log.")
    @EventHeaders
    @CloudEventHeaders
    @Needs(Scope.EVENTS_WRITE)
    @Metered
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
    @PostMapping(path = "/api/events", produces = "application/json")
    AcceptedEvent postOlder(
            @Parameter(
                            in = ParameterIn.HEADER,
                            description = "The same as dedup_id or a CloudEvent's id; if both are there they must be"
                                    + " equal.",
                            schema = @Schema(types = "string", minLength = 1, maxLength = Limits.DEDUP_ID_CHARS))
                    @RequestHeader(name = "Idempotency-Key", required = false)
                    String idempotencyKey);

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
            description = "CloudEvents 1.0, JSON event format. Further members are extensions: names of 1 to 20 of"
                    + " a-z 0-9 that do not begin with trg, values strings, booleans or integers of 32 bits, at most 32"
                    + " of together 8,192 bytes.",
            additionalProperties = AdditionalPropertiesValue.TRUE,
            example = "{\"specversion\":\"1.0\",\"id\":\"A-1\",\"source\":\"/shop/berlin\",\"type\":\"order.created\","
                    + "\"comment\":\"Zürich\",\"data\":{\"order\":3}}")
    record CloudEvent(
            @Schema(allowableValues = "1.0") String specversion,

            @Schema(minLength = 1, maxLength = Limits.DEDUP_ID_CHARS, description = "The dedup id.")
            String id,

            @Schema(format = "uri-reference", minLength = 1, maxLength = Limits.SOURCE_CHARS)
            String source,

            @Schema(minLength = 1, maxLength = Limits.TYPE_CHARS, pattern = "^[A-Za-z0-9._:/-]+$")
            String type,

            @Schema(
                    types = {"string", "null"},
                    minLength = 1,
                    maxLength = Limits.SUBJECT_CHARS)
            Optional<String> subject,

            @Schema(
                    types = {"string", "null"},
                    format = "date-time")
            Optional<Instant> time,

            @Schema(
                    types = {"string", "null"},
                    description = "application/json, in UTF-8.")
            Optional<String> datacontenttype,

            @Schema(
                    types = {"string", "null"},
                    format = "uri-reference",
                    maxLength = Limits.SOURCE_CHARS)
            Optional<String> dataschema,

            @Schema(description = "As in an event of ours.") Map<String, Object> data) {}

    @Schema(
            types = "object",
            description = "With ce- headers: the data, and nothing around it.",
            additionalProperties = AdditionalPropertiesValue.TRUE)
    record EventData() {}

    @Schema(
            description = "What was kept.",
            example = "{\"id\":\"db5d6698-74b0-8fb6-aaa8-a3f2242e5ecc\",\"status\":\"accepted\",\"message\":"
                    + "\"Kept in the log. Its receipt says what becomes of it.\"}")
    record AcceptedEvent(
            UUID id, @Schema(allowableValues = "accepted") String status, String message) {}

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
