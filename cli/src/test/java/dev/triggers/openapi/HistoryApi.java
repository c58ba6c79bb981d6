package dev.triggers.openapi;

import dev.triggers.access.Scope;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.wire.Outcome;
import dev.triggers.inbox.Message;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "History", description = "What was, whatever inboxes did with it, for as long as it is kept.")
interface HistoryApi {

    @Operation(
            operationId = "listHistory",
            summary = "Accepted events",
            description = "A page ends before 8 MiB of data too, and with a type filter where it looked long enough;"
                    + " go on until next_cursor is null.")
    @ApiResponse(responseCode = "200", description = "A page.")
    @Needs(Scope.INBOX_READ)
    @Refuses({ProblemCode.INVALID_PARAMETER, ProblemCode.INVALID_CURSOR, ProblemCode.INBOX_UNAVAILABLE})
    @GetMapping(path = "/v1/history", produces = "application/json")
    HistoryPage page(
            @Parameter(description = "A type, what types begin with (order.*), or *.", example = "order.*")
                    @RequestParam(name = "type", required = false)
                    String type,
            @Parameter(description = "Only those accepted later.") @RequestParam(name = "after", required = false)
                    Instant after,
            @Parameter(description = "Only those accepted earlier.") @RequestParam(name = "before", required = false)
                    Instant before,
            @Parameter(schema = @Schema(types = "integer", minimum = "1", maximum = "1000", defaultValue = "100"))
                    @RequestParam(name = "limit", required = false)
                    Integer limit,
            @Parameter(description = "next_cursor of the page before, with the same other parameters.")
                    @RequestParam(name = "cursor", required = false)
                    String cursor,
            @Parameter(
                            schema =
                                    @Schema(
                                            types = "string",
                                            allowableValues = {"asc", "desc"},
                                            defaultValue = "asc"))
                    @RequestParam(name = "order", required = false)
                    String order);

    @Operation(
            operationId = "getHistory",
            summary = "An event with all that became of it",
            description = "As it was accepted last, its last 100 submissions, and where it stands.")
    @ApiResponse(responseCode = "200", description = "Its story.")
    @Needs(Scope.INBOX_READ)
    @Refuses({ProblemCode.INVALID_PARAMETER, ProblemCode.NOT_FOUND, ProblemCode.INBOX_UNAVAILABLE})
    @GetMapping(path = "/v1/history/{id}", produces = "application/json")
    Story find(@PathVariable("id") UUID id);

    @Operation(
            operationId = "listRejections",
            summary = "Submissions that were not accepted",
            description = "Oldest decision first.")
    @ApiResponse(responseCode = "200", description = "A page.")
    @Needs(Scope.INBOX_READ)
    @Refuses({ProblemCode.INVALID_PARAMETER, ProblemCode.INVALID_CURSOR, ProblemCode.INBOX_UNAVAILABLE})
    @GetMapping(path = "/v1/rejections", produces = "application/json")
    RejectionPage rejections(
            @Parameter(
                            schema =
                                    @Schema(
                                            types = "string",
                                            allowableValues = {"duplicate", "conflict", "throttled", "dead"}))
                    @RequestParam(name = "outcome", required = false)
                    String outcome,
            @Parameter(schema = @Schema(types = "integer", minimum = "1", maximum = "1000", defaultValue = "100"))
                    @RequestParam(name = "limit", required = false)
                    Integer limit,
            @Parameter(description = "next_cursor of the page before, with the same outcome.")
                    @RequestParam(name = "cursor", required = false)
                    String cursor);

    record HistoryPage(
            List<PastEvent> events,
            @Schema(types = {"string", "null"}) String nextCursor) {}

    record PastEvent(
            UUID id,
            @Schema(minimum = "1") long sequence,
            @Schema(pattern = "^\\d+-\\d+$") String receipt,
            String type,
            String source,

            @Schema(types = {"string", "null"}) String subject,
            Instant time,
            Instant acceptedAt,

            @Schema(description = "The very bytes that were sent.")
            Map<String, Object> data) {}

    record Story(
            @Schema(
                    types = {"object", "null"},
                    description = "Null when it never was accepted.")
            PastEvent event,

            List<Attempt> attempts,
            List<Standing> inboxes) {}

    record Attempt(
            @Schema(pattern = "^\\d+-\\d+$") String receipt,
            Outcome outcome,

            @Schema(
                    types = {"string", "null"},
                    format = "uuid",
                    description = "Null when it could not be read.")
            UUID id,

            @Schema(types = {"string", "null"}) String type,
            Instant submittedAt,
            Instant decidedAt,

            @Schema(minimum = "1", description = "For accepted.")
            Optional<Long> sequence,

            @Schema(pattern = "^\\d+-\\d+$", description = "For duplicate and conflict: what was there first.")
            Optional<String> originalReceipt,

            @Schema(description = "For all but accepted: why, in words.")
            Optional<String> reason) {}

    record Standing(
            UUID inboxId,
            @Schema(types = {"string", "null"}) String key,
            Message.Status status,
            @Schema(minimum = "0") int leaseCount) {}

    record RejectionPage(
            List<Attempt> rejections,
            @Schema(types = {"string", "null"}) String nextCursor) {}
}
