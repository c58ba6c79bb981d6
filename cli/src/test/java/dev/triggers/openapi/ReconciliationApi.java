package dev.triggers.openapi;

import dev.triggers.access.Scope;
import dev.triggers.common.problem.ProblemCode;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Reconciliation", description = "Whether the books balance.")
interface ReconciliationApi {

    @Operation(
            operationId = "reconcile",
            summary = "What became of submissions, by the hour",
            description = "By the hour in which the log took them. Hours without any are left out.")
    @ApiResponse(responseCode = "200", description = "The books.")
    @Needs(Scope.INBOX_READ)
    @Refuses({ProblemCode.INVALID_PARAMETER, ProblemCode.INBOX_UNAVAILABLE})
    @GetMapping(path = "/v1/reconciliation", produces = "application/json")
    Books books(
            @Parameter(description = "The hour it is in is the first; default: 24 h before to.")
                    @RequestParam(name = "from", required = false)
                    Instant from,
            @Parameter(description = "The hour before it is the last; default: now. At most 7 days from from.")
                    @RequestParam(name = "to", required = false)
                    Instant to);

    @Operation(
            operationId = "coverage",
            summary = "Whether every submission of a partition has exactly one outcome",
            description = "Over all organisations. Ranges of offsets include both ends. Looked at = covered + pending"
                    + " + dead_letters_only + what is missing.")
    @ApiResponse(responseCode = "200", description = "What was found.")
    @Needs(admin = true)
    @Refuses({ProblemCode.INVALID_PARAMETER, ProblemCode.INBOX_UNAVAILABLE})
    @GetMapping(path = "/v1/reconciliation/coverage", produces = "application/json")
    Coverage coverage(
            @Parameter(schema = @Schema(types = "integer", minimum = "0", defaultValue = "0"))
                    @RequestParam(name = "partition", required = false)
                    Integer partition,
            @Parameter(
                            description = "The first offset; default: the oldest that is kept.",
                            schema = @Schema(types = "integer", format = "int64", minimum = "0"))
                    @RequestParam(name = "from", required = false)
                    Long from,
            @Parameter(
                            description = "The most offsets to look at.",
                            schema =
                                    @Schema(
                                            types = "integer",
                                            minimum = "1",
                                            maximum = "1000000",
                                            defaultValue = "100000"))
                    @RequestParam(name = "limit", required = false)
                    Integer limit);

    record Books(
            Instant from,
            Instant to,
            List<Hour> hours,

            @Schema(description = "False: there may be more pending than were counted.")
            boolean pendingComplete) {}

    record Hour(
            Instant hour,

            @Schema(
                    minimum = "0",
                    description = "Submissions: accepted + duplicate + conflict + throttled + dead + pending.")
            long ingested,

            @Schema(
                    minimum = "0",
                    description =
                            "= acked + quarantined + unacknowledged + expired_unacknowledged, of the default inbox.")
            long accepted,

            @Schema(minimum = "0") long duplicate,
            @Schema(minimum = "0") long conflict,
            @Schema(minimum = "0") long throttled,
            @Schema(minimum = "0") long dead,

            @Schema(minimum = "0", description = "Without an outcome yet.")
            long pending,

            @Schema(minimum = "0") long acked,
            @Schema(minimum = "0") long quarantined,

            @Schema(minimum = "0", description = "Waiting or leased.")
            long unacknowledged,

            @Schema(minimum = "0", description = "Dropped with their day, never acknowledged.")
            long expiredUnacknowledged) {}

    record Coverage(
            @Schema(minimum = "1", description = "How many partitions there are.")
            int partitions,

            @Schema(minimum = "0") int partition,

            @Schema(minimum = "0", description = "The first offset looked at.")
            long from,

            @Schema(description = "The last; one before from when there was none.")
            long to,

            @Schema(minimum = "0", description = "Have an outcome.")
            long covered,

            @Schema(minimum = "0", description = "Have none yet.")
            long pending,

            @Schema(minimum = "0", description = "Name no organisation, and so are among the dead letters only.")
            long deadLettersOnly,

            @Schema(description = "Have none although later ones have: always empty, else something is broken.")
            List<Offsets> missing,

            @Schema(description = "Have several: always empty, else something is broken.")
            List<Offsets> doubled,

            @Schema(description = "False: more is missing or doubled than is said.")
            boolean complete,

            @Schema(
                    types = {"integer", "null"},
                    format = "int64",
                    description = "Where to go on; null at the end of the log.")
            Long nextFrom) {}

    record Offsets(
            @Schema(minimum = "0") long from,
            @Schema(minimum = "0") long to) {}
}
