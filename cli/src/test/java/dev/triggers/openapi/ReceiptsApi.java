package dev.triggers.openapi;

import dev.triggers.access.Scope;
import dev.triggers.common.problem.ProblemCode;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Events in")
interface ReceiptsApi {

    @Operation(operationId = "getReceipt", summary = "What became of a submission")
    @ApiResponse(responseCode = "200", description = "Its outcome, or that it has none yet.")
    @Needs({Scope.EVENTS_WRITE, Scope.INBOX_READ})
    @Refuses({ProblemCode.INVALID_PARAMETER, ProblemCode.NOT_FOUND, ProblemCode.INBOX_UNAVAILABLE})
    @GetMapping(path = "/v1/receipts/{receipt}", produces = "application/json")
    Receipt find(
            @Parameter(schema = @Schema(types = "string", pattern = "^\\d+-\\d+$"), example = "3-1234")
                    @PathVariable("receipt")
                    String receipt,
            @Parameter(description = "Answers only if the event's id is this one.")
                    @RequestParam(name = "id", required = false)
                    UUID id,
            @Parameter(
                            description = "While it is pending: answer as soon as it is not. Seconds.",
                            schema = @Schema(types = "integer", minimum = "0", maximum = "30", defaultValue = "0"))
                    @RequestParam(name = "wait", required = false)
                    Integer wait);

    @Schema(
            example = "{\"id\":\"db5d6698-74b0-8fb6-aaa8-a3f2242e5ecc\",\"receipt\":\"4-27\",\"outcome\":\"duplicate\","
                    + "\"original_receipt\":\"4-25\",\"reason\":\"the same event was accepted as this receipt\"}")
    record Receipt(
            @Schema(
                    types = {"string", "null"},
                    format = "uuid",
                    description = "The event's id; null when the submission could not be read.")
            UUID id,

            @Schema(pattern = "^\\d+-\\d+$", example = "3-1234")
            String receipt,

            Standing outcome,

            @Schema(minimum = "1", description = "For accepted: its place in the organisation's order.")
            Optional<Long> sequence,

            @Schema(description = "For accepted: where it stands in each inbox that takes it.")
            Optional<List<HistoryApi.Standing>> deliveries,

            @Schema(
                    pattern = "^\\d+-\\d+$",
                    description = "For duplicate and conflict: the submission that was accepted.")
            Optional<String> originalReceipt,

            @Schema(description = "For all but pending and accepted: why, in words.")
            Optional<String> reason) {}

    /** Pending, or an {@link dev.triggers.common.wire.Outcome}. */
    enum Standing {
        PENDING,
        ACCEPTED,
        DUPLICATE,
        CONFLICT,
        THROTTLED,
        DEAD;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
