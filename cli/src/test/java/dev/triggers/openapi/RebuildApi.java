package dev.triggers.openapi;

import dev.triggers.common.problem.ProblemCode;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Rebuild", description = "For the operator: the inbox tables, built again from the log while they serve.")
interface RebuildApi {

    @Operation(
            operationId = "getRebuild",
            summary = "What a rebuild would take, and how the last one stands",
            description = "The one under way, if there is one.")
    @ApiResponse(responseCode = "200", description = "Both.")
    @Needs(admin = true)
    @Refuses(ProblemCode.INBOX_UNAVAILABLE)
    @GetMapping(path = "/v1/rebuild", produces = "application/json")
    RebuildOverview get();

    @Operation(
            operationId = "beginRebuild",
            summary = "Build the inbox tables again",
            description =
                    "In the background, beside those in use, which the new ones replace when they are built. Refused"
                            + " while one is under way, and where the log keeps less than the tables.")
    @ApiResponse(responseCode = "202", description = "Begun.")
    @Needs(admin = true)
    @Refuses({ProblemCode.REBUILD_REFUSED, ProblemCode.INBOX_UNAVAILABLE})
    @ResponseStatus(HttpStatus.ACCEPTED)
    @PostMapping(path = "/v1/rebuild", produces = "application/json")
    RebuildOverview begin();

    @Operation(
            operationId = "cancelRebuild",
            summary = "End the rebuild under way",
            description = "What was built is removed. Where none is under way nothing changes.")
    @ApiResponse(responseCode = "202", description = "Asked for.")
    @Needs(admin = true)
    @Refuses(ProblemCode.INBOX_UNAVAILABLE)
    @ResponseStatus(HttpStatus.ACCEPTED)
    @DeleteMapping(path = "/v1/rebuild", produces = "application/json")
    RebuildOverview cancel();

    record RebuildOverview(
            RebuildEstimate estimate,

            @Schema(
                    types = {"object", "null"},
                    description = "Null when there never was one.")
            OneRebuild rebuild) {}

    record RebuildEstimate(
            @Schema(description = "The size of the tables now; about as much disk is needed besides.")
            long bytes,

            @Schema(description = "Offsets of the log to be read.")
            long records) {}

    @Schema(name = "Rebuild")
    record OneRebuild(
            UUID id,

            @Schema(allowableValues = {"building", "cancelling", "done", "cancelled"})
            String state,

            Instant beganAt,

            @Schema(
                    types = {"string", "null"},
                    format = "date-time",
                    description = "Null while it is under way.")
            Instant endedAt,

            long recordsDone,

            @Schema(description = "Grows with the log.") long records) {}
}
