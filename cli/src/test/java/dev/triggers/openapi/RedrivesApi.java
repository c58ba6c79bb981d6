package dev.triggers.openapi;

import dev.triggers.access.Scope;
import dev.triggers.common.problem.ProblemCode;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.AdditionalPropertiesValue;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "History")
interface RedrivesApi {

    @Operation(
            operationId = "redriveRejection",
            summary = "Submit a throttled event again",
            description =
                    "As a submission of its own, which costs a token like any other. It is kept once, however often"
                            + " it is redriven.")
    @ApiResponse(responseCode = "200", description = "Submitted. What became of it: GET /v1/receipts/{redriven_as}.")
    @Needs(Scope.INBOX_MANAGE)
    @Refuses({
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.NOT_FOUND,
        ProblemCode.LOG_UNAVAILABLE,
        ProblemCode.INBOX_UNAVAILABLE
    })
    @PostMapping(path = "/v1/rejections/{receipt}/redrive", produces = "application/json")
    RedrivenRejection redrive(@PathVariable("receipt") String receipt);

    @Operation(
            operationId = "redriveRejections",
            summary = "Submit throttled events again",
            description = "Oldest decision first; what was submitted again or accepted since is passed over. Go on with"
                    + " next_cursor until it is null.")
    @ApiResponse(responseCode = "200", description = "Those that were submitted.")
    @Needs(Scope.INBOX_MANAGE)
    @Refuses({
        ProblemCode.MALFORMED_JSON,
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.INVALID_CURSOR,
        ProblemCode.LOG_UNAVAILABLE,
        ProblemCode.INBOX_UNAVAILABLE
    })
    @PostMapping(path = "/v1/rejections/redrive", produces = "application/json")
    RedrivenRejections redriveAll(@RequestBody(required = false) RedriveRejections request);

    @Schema(additionalProperties = AdditionalPropertiesValue.FALSE)
    record RedriveRejections(
            @Schema(
                    allowableValues = {"throttled"},
                    defaultValue = "throttled")
            Optional<String> outcome,

            @Schema(description = "Only those decided earlier. Without: until now.")
            Optional<Instant> before,

            @Schema(minimum = "1", maximum = "500", defaultValue = "100")
            Optional<Integer> limit,

            @Schema(description = "next_cursor of the call before.")
            Optional<String> cursor) {}

    record RedrivenRejection(
            @Schema(pattern = "^\\d+-\\d+$") String receipt,
            @Schema(pattern = "^\\d+-\\d+$") String redrivenAs) {}

    record RedrivenRejections(
            List<RedrivenRejection> redriven,
            @Schema(types = {"string", "null"}) String nextCursor) {}
}
