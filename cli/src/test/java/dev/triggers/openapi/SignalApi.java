package dev.triggers.openapi;

import dev.triggers.access.Scope;
import dev.triggers.common.problem.ProblemCode;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Inboxes")
@RequestMapping({
    "/v1/inboxes/{inbox}",
    "/trigger-inbox/v1/inboxes/{inbox}",
    "/trigger-inbox/api/v1/inboxes/{inbox}",
    "/api/v0/sdk/trigger-inbox/api/v1/inboxes/{inbox}",
    "/api/v1/inboxes/{inbox}"
})
interface SignalApi {

    @Operation(
            operationId = "streamSignals",
            summary = "Be told when something arrives in an inbox",
            description = "A frame for what arrived since the last one, without content: data"
                    + " {\"inbox_id\":…,\"count\":n}. Nothing from before it began is told. A comment comes at least every"
                    + " 15 s.")
    @ApiResponse(
            responseCode = "200",
            description = "A stream without end.",
            content = @Content(mediaType = "text/event-stream", schema = @Schema(types = "string")))
    @Needs(Scope.INBOX_READ)
    @Refuses({
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.NOT_FOUND,
        ProblemCode.TOO_MANY_STREAMS,
        ProblemCode.OVERLOADED,
        ProblemCode.INBOX_UNAVAILABLE
    })
    @GetMapping(path = "/events", produces = "text/event-stream")
    String events(@PathVariable("inbox") String inbox);

    @Operation(
            operationId = "getNotification",
            summary = "What an inbox's notifications are signed with, and how they go",
            description = "The secret is for the verifying libraries of Standard Webhooks.")
    @ApiResponse(responseCode = "200", description = "As it stands.")
    @Needs(Scope.INBOX_MANAGE)
    @Refuses({ProblemCode.INVALID_PARAMETER, ProblemCode.NOT_FOUND, ProblemCode.INBOX_UNAVAILABLE})
    @GetMapping(path = "/notification", produces = "application/json")
    Notification find(@PathVariable("inbox") String inbox);

    @Operation(
            operationId = "rotateNotificationSecret",
            summary = "Exchange the secret of an inbox's notifications",
            description = "For the grace both sign.")
    @ApiResponse(responseCode = "200", description = "As it stands then, with the new secret.")
    @Needs(Scope.INBOX_MANAGE)
    @Refuses({
        ProblemCode.MALFORMED_JSON,
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.NOT_FOUND,
        ProblemCode.INBOX_UNAVAILABLE
    })
    @PostMapping(path = "/notification/rotate", produces = "application/json")
    Notification rotate(@PathVariable("inbox") String inbox, @RequestBody(required = false) Rotation request);

    record Rotation(
            @Schema(
                    minimum = "0",
                    maximum = "604800",
                    defaultValue = "86400",
                    description = "How long the secret before signs too.")
            Optional<Integer> graceSeconds) {}

    record Notification(
            @Schema(types = {"string", "null"}) String notificationUrl,
            @Schema(pattern = "^whsec_") String secret,

            @Schema(
                    types = {"string", "null"},
                    format = "date-time",
                    description = "Until when the secret before signs too.")
            Instant previousSecretUntil,

            @Schema(
                    types = {"string", "null"},
                    format = "date-time",
                    description = "Since when nothing is sent, because the receiver answered 410.")
            Instant stoppedAt,

            @Schema(
                    types = {"string", "null"},
                    format = "date-time")
            Instant lastAttemptAt,

            @Schema(
                    types = {"string", "null"},
                    description = "What became of the last attempt, in words.")
            String lastResult) {}
}
