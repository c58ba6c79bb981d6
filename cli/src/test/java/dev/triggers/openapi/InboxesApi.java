package dev.triggers.openapi;

import dev.triggers.access.Scope;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.inbox.InboxStatus;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.AdditionalPropertiesValue;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(
        name = "Inboxes",
        description =
                "Named inboxes, each with a filter and an exact beginning: the Trigger Inbox contract. The same under"
                        + " five base paths.")
@RequestMapping({
    "/v1/inboxes",
    "/trigger-inbox/v1/inboxes",
    "/trigger-inbox/api/v1/inboxes",
    "/api/v0/sdk/trigger-inbox/api/v1/inboxes",
    "/api/v1/inboxes"
})
interface InboxesApi {

    @Operation(operationId = "listInboxes", summary = "List inboxes", description = "The default one among them.")
    @ApiResponse(responseCode = "200", description = "A page.")
    @Needs(Scope.INBOX_READ)
    @Refuses({ProblemCode.INVALID_PARAMETER, ProblemCode.INBOX_UNAVAILABLE})
    @GetMapping(produces = "application/json")
    InboxList list(
            @RequestParam(name = "key", required = false) String key,
            @Parameter(description = "An older name of key.") @RequestParam(name = "name", required = false)
                    String name,
            @RequestParam(name = "status", required = false) InboxStatus status,
            @Parameter(schema = @Schema(types = "integer", minimum = "1", maximum = "1000", defaultValue = "100"))
                    @RequestParam(name = "limit", required = false)
                    Integer limit,
            @Parameter(schema = @Schema(types = "integer", minimum = "0", maximum = "1000000", defaultValue = "0"))
                    @RequestParam(name = "offset", required = false)
                    Integer offset);

    @Operation(
            operationId = "createInbox",
            summary = "Create an inbox",
            description = "It is initializing until its beginning has its place in the organisation's order.")
    @ApiResponse(responseCode = "201", description = "The inbox.")
    @Needs(Scope.INBOX_MANAGE)
    @Refuses({
        ProblemCode.MALFORMED_JSON,
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.INBOX_KEY_IN_USE,
        ProblemCode.TOO_MANY_INBOXES,
        ProblemCode.INBOX_UNAVAILABLE
    })
    @PostMapping(produces = "application/json")
    NamedInbox create(@RequestBody NewInbox request);

    @Operation(
            operationId = "ensureInbox",
            summary = "Get or create the inbox that has a key",
            description = "Another subscription than it was created with is 409.")
    @ApiResponse(responseCode = "200", description = "The inbox that has the key.")
    @ApiResponse(responseCode = "201", description = "A new one.")
    @Needs(Scope.INBOX_MANAGE)
    @Refuses({
        ProblemCode.MALFORMED_JSON,
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.INBOX_KEY_IN_USE,
        ProblemCode.TOO_MANY_INBOXES,
        ProblemCode.INBOX_UNAVAILABLE
    })
    @PutMapping(produces = "application/json")
    NamedInbox ensure(@RequestBody NewInbox request);

    @Operation(operationId = "getInbox", summary = "Get an inbox")
    @ApiResponse(responseCode = "200", description = "The inbox.")
    @Needs(Scope.INBOX_READ)
    @Refuses({ProblemCode.INVALID_PARAMETER, ProblemCode.NOT_FOUND, ProblemCode.INBOX_UNAVAILABLE})
    @GetMapping(path = "/{inbox}", produces = "application/json")
    NamedInbox find(@PathVariable("inbox") String inbox);

    @Operation(
            operationId = "updateInbox",
            summary = "Change where an inbox tells that something is there",
            description = "Nothing else of it ever changes.")
    @ApiResponse(responseCode = "200", description = "The inbox.")
    @Needs(Scope.INBOX_MANAGE)
    @Refuses({
        ProblemCode.MALFORMED_JSON,
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.NOT_FOUND,
        ProblemCode.INBOX_UNAVAILABLE
    })
    @PatchMapping(path = "/{inbox}", produces = "application/json")
    NamedInbox change(@PathVariable("inbox") String inbox, @RequestBody InboxChange request);

    @Operation(
            operationId = "deleteInbox",
            summary = "Delete an inbox",
            description = "It is gone at once and its key is free; what is behind it is removed later.")
    @ApiResponse(responseCode = "200", description = "The inbox, with status deleting and without its key.")
    @Needs(Scope.INBOX_MANAGE)
    @Refuses({ProblemCode.INVALID_PARAMETER, ProblemCode.NOT_FOUND, ProblemCode.INBOX_UNAVAILABLE})
    @DeleteMapping(path = "/{inbox}", produces = "application/json")
    NamedInbox delete(@PathVariable("inbox") String inbox);

    @Operation(
            operationId = "pauseInbox",
            summary = "Pause an inbox",
            description = "What is submitted from now on does not enter. What is in it can still be leased.")
    @ApiResponse(responseCode = "200", description = "The inbox.")
    @Needs(Scope.INBOX_MANAGE)
    @Refuses({ProblemCode.INVALID_PARAMETER, ProblemCode.NOT_FOUND, ProblemCode.INBOX_UNAVAILABLE})
    @PostMapping(path = "/{inbox}/pause", produces = "application/json")
    NamedInbox pause(@PathVariable("inbox") String inbox);

    @Operation(
            operationId = "resumeInbox",
            summary = "Resume a paused inbox",
            description = "What is submitted from now on enters again.")
    @ApiResponse(responseCode = "200", description = "The inbox.")
    @Needs(Scope.INBOX_MANAGE)
    @Refuses({ProblemCode.INVALID_PARAMETER, ProblemCode.NOT_FOUND, ProblemCode.INBOX_UNAVAILABLE})
    @PostMapping(path = "/{inbox}/resume", produces = "application/json")
    NamedInbox resume(@PathVariable("inbox") String inbox);

    @Schema(additionalProperties = AdditionalPropertiesValue.FALSE)
    record NewInbox(
            @Schema(minLength = 1, maxLength = 100, description = "Unique in the organisation.")
            Optional<String> key,

            @Schema(minLength = 1, maxLength = 100, description = "An older name of key.")
            Optional<String> name,

            NewSubscription subscription,

            @Schema(
                    types = {"string", "null"},
                    maxLength = 2_048,
                    format = "uri",
                    description = "https.")
            Optional<String> notificationUrl,

            @Schema(
                    types = {"string", "integer"},
                    defaultValue = "now",
                    description = "now, earliest, the first sequence, or an RFC 3339 time.")
            Optional<Object> start) {}

    @Schema(additionalProperties = AdditionalPropertiesValue.FALSE)
    record NewSubscription(
            @Schema(
                    minLength = 1,
                    maxLength = 1_024,
                    description = "The source of events; a @version behind it does not count. any or *: any source.")
            String appKey,

            @Schema(
                    minLength = 1,
                    maxLength = 255,
                    description = "A type of events, what types begin with (order.*), or *.")
            String actionKey,

            @Schema(
                    types = {"string", "number", "null"},
                    description = "Kept, and without a meaning here.")
            Optional<Object> connectionId,

            @Schema(description = "What top-level members of the data must be.")
            Optional<Map<String, Object>> inputs) {}

    @Schema(additionalProperties = AdditionalPropertiesValue.FALSE)
    record InboxChange(
            @Schema(
                    types = {"string", "null"},
                    maxLength = 2_048,
                    format = "uri",
                    description = "https; null: nowhere.")
            Optional<String> notificationUrl) {}

    record NamedInbox(
            UUID id,
            Instant createdAt,
            @Schema(types = {"string", "null"}) String key,

            @Schema(
                    types = {"string", "null"},
                    description = "The same as key.")
            String name,

            InboxStatus status,
            @Schema(types = {"string", "null"}) String pausedReason,
            @Schema(types = {"string", "null"}) String notificationUrl,
            Subscription subscription) {}

    record Subscription(
            @Schema(types = {"string", "number", "null"}) Object connectionId,

            String appKey,
            String actionKey,
            Map<String, Object> inputs) {}

    record InboxList(
            @Schema(minimum = "0", description = "Of all that were asked for.")
            int count,

            @Schema(
                    types = {"string", "null"},
                    format = "uri")
            String next,

            @Schema(
                    types = {"string", "null"},
                    format = "uri")
            String previous,

            List<NamedInbox> results) {}
}
