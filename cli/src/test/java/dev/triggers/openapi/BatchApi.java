package dev.triggers.openapi;

import dev.triggers.access.Scope;
import dev.triggers.common.event.Limits;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.openapi.EventsApi.CloudEvent;
import dev.triggers.openapi.EventsApi.NewEvent;
import dev.triggers.openapi.ProblemDocument.ProblemError;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Events in")
interface BatchApi {

    @Operation(
            operationId = "postEvents",
            summary = "Post many events",
            description = "At most 10,000 and 10 MiB. Each is answered for itself, in order, and one that fails spoils"
                    + " no other. An array that is refused as a whole has stored nothing; lines are kept as they stream"
                    + " in.",
            requestBody =
                    @RequestBody(
                            required = true,
                            content = {
                                @Content(
                                        mediaType = "application/json",
                                        array =
                                                @ArraySchema(
                                                        schema = @Schema(implementation = NewEvent.class),
                                                        maxItems = Limits.BATCH_EVENTS)),
                                @Content(
                                        mediaType = "application/x-ndjson",
                                        schema =
                                                @Schema(
                                                        types = "string",
                                                        description = "A NewEvent a line; blank lines are nothing.")),
                                @Content(
                                        mediaType = "application/cloudevents-batch+json",
                                        array =
                                                @ArraySchema(
                                                        schema = @Schema(implementation = CloudEvent.class),
                                                        maxItems = Limits.BATCH_EVENTS))
                            }))
    @ApiResponse(
            responseCode = "202",
            description = "All are kept in the log, or there were none.",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = BatchResult.class)))
    @ApiResponse(
            responseCode = "207",
            description = "They differ, or all are invalid.",
            headers =
                    @Header(
                            name = "Retry-After",
                            description = "Seconds, 1 and up, where any is limited or to be sent again.",
                            schema = @Schema(types = "string", pattern = "^[1-9]\\d*$")),
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = BatchResult.class)))
    @ApiResponse(
            responseCode = "429",
            description = "All are limited; nothing was stored.",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = BatchResult.class)))
    @ApiResponse(
            responseCode = "503",
            description = "All are to be sent again; each says why.",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = BatchResult.class)))
    @EventHeaders
    @Needs(Scope.EVENTS_WRITE)
    @Metered
    @Refuses({
        ProblemCode.MALFORMED_JSON,
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.BATCH_TOO_LARGE,
        ProblemCode.UNSUPPORTED_MEDIA_TYPE,
        ProblemCode.OVERLOADED
    })
    @PostMapping(path = "/v1/events/batch", produces = "application/json")
    BatchResult post(
            @Parameter(
                            in = ParameterIn.HEADER,
                            description = "Event 3 without a dedup id has this one and /3.",
                            schema =
                                    @Schema(
                                            types = "string",
                                            minLength = 1,
                                            maxLength = Limits.DEDUP_ID_CHARS - 5,
                                            example = "import-7"))
                    @RequestHeader(name = "Idempotency-Key", required = false)
                    String idempotencyKey);

    @Schema(
            example =
                    "{\"results\":[{\"index\":0,\"outcome\":\"received\",\"id\":\"db5d6698-74b0-8fb6-aaa8-a3f2242e5ecc\","
                            + "\"receipt\":\"4-25\"}],\"received\":1,\"invalid\":0,\"limited\":0,\"retry\":0}")
    record BatchResult(
            @ArraySchema(maxItems = Limits.BATCH_EVENTS + 1)
            @Schema(description = "In the order of the request. One more where lines could not be read on.")
            List<BatchItem> results,

            @Schema(minimum = "0") int received,
            @Schema(minimum = "0") int invalid,
            @Schema(minimum = "0") int limited,
            @Schema(minimum = "0") int retry) {}

    record BatchItem(
            @Schema(minimum = "0") int index,

            @Schema(description = "Kept; not to be sent as it is; over the limit, not stored; to be sent again.")
            ItemOutcome outcome,

            @Schema(description = "Of one received: names the event.")
            Optional<UUID> id,

            @Schema(pattern = "^\\d+-\\d+$", example = "3-1234", description = "Of one received.")
            Optional<String> receipt,

            @Schema(description = "Of any other: why.") Optional<ProblemError> error) {}

    /** What became of one event of a batch. */
    enum ItemOutcome {
        RECEIVED,
        INVALID,
        LIMITED,
        RETRY;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
