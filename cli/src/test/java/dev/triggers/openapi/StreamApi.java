package dev.triggers.openapi;

import dev.triggers.access.Scope;
import dev.triggers.common.problem.ProblemCode;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Stream", description = "Events as they are accepted, as server-sent events.")
interface StreamApi {

    @Operation(
            operationId = "streamEvents",
            summary = "Accepted events as they come",
            description =
                    "One event a frame: id is its sequence, data the event as in the history. A frame of event gap"
                            + " says which sequences are kept no more, data {\"from\":…,\"to\":…}. A comment comes at least every"
                            + " 15 s. It goes on until the client leaves, its key ends or the instance goes down; connect again"
                            + " with Last-Event-ID, to any instance.")
    @ApiResponse(
            responseCode = "200",
            description = "A stream without end.",
            content =
                    @Content(
                            mediaType = "text/event-stream",
                            schema =
                                    @Schema(
                                            types = "string",
                                            example = "id: 42\ndata: {\"id\":\"…\",\"sequence\":42,…}\n\n")))
    @Needs(Scope.INBOX_READ)
    @Refuses({
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.TOO_MANY_STREAMS,
        ProblemCode.OVERLOADED,
        ProblemCode.INBOX_UNAVAILABLE
    })
    @Parameter(
            in = ParameterIn.HEADER,
            name = "Last-Event-ID",
            description = "The last id that was seen; comes before after.",
            schema = @Schema(types = "integer", format = "int64", minimum = "0"))
    @GetMapping(path = "/v1/stream", produces = "text/event-stream")
    String stream(
            @Parameter(
                            description = "Begin behind this sequence, 0 for all that is kept. Without: with what is"
                                    + " accepted from now on.",
                            schema = @Schema(types = "integer", format = "int64", minimum = "0"))
                    @RequestParam(name = "after", required = false)
                    Long after,
            @Parameter(
                            description = "Only these: types, or what types begin with and a *, up to 50 with commas"
                                    + " between.",
                            example = "order.*,invoice.paid")
                    @RequestParam(name = "types", required = false)
                    String types);
}
