package dev.triggers.openapi;

import dev.triggers.common.problem.ProblemCode;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "About the service", description = "What a process says about itself. No key is asked for.")
interface AboutApi {

    @Operation(operationId = "livez", summary = "Whether the process answers")
    @ApiResponse(responseCode = "200", description = "It does.")
    @GetMapping(path = "/livez", produces = "application/json")
    Alive alive();

    @Operation(operationId = "readyz", summary = "Whether it can serve")
    @ApiResponse(responseCode = "200", description = "It can.")
    @ApiResponse(
            responseCode = "503",
            description = "Not yet, or no longer.",
            content = @Content(mediaType = "application/json", schema = @Schema(implementation = Ready.class)))
    @GetMapping(path = "/readyz", produces = "application/json")
    Ready ready();

    @Operation(operationId = "metrics", summary = "Its numbers, in Prometheus' text format")
    @ApiResponse(responseCode = "200", description = "All of them.")
    @GetMapping(path = "/metrics", produces = "text/plain")
    String metrics();

    @Operation(operationId = "openapi", summary = "This document")
    @ApiResponse(responseCode = "200", description = "OpenAPI 3.1.")
    @GetMapping(path = "/openapi.json", produces = "application/json")
    Map<String, Object> document();

    @Operation(
            operationId = "asyncapi",
            summary = "What stands in the topics",
            description = "For who reads them with a client of Kafka.")
    @ApiResponse(responseCode = "200", description = "AsyncAPI 3.0.")
    @GetMapping(path = "/asyncapi.json", produces = "application/json")
    Map<String, Object> topics();

    @Operation(operationId = "listProblems", summary = "All problems")
    @ApiResponse(
            responseCode = "200",
            description = "A page for people, or a list for programs: HTML if Accept names it.",
            content = {
                @Content(mediaType = "text/html", schema = @Schema(types = "string")),
                @Content(mediaType = "application/json", schema = @Schema(implementation = KnownProblems.class))
            })
    @GetMapping(path = "/problems")
    String problems();

    @Operation(
            operationId = "getProblem",
            summary = "What a problem means and what to do",
            description = "Where the member type of every error leads.")
    @ApiResponse(
            responseCode = "200",
            description = "A page for people, or a document for programs: HTML if Accept names it.",
            content = {
                @Content(mediaType = "text/html", schema = @Schema(types = "string")),
                @Content(mediaType = "application/json", schema = @Schema(implementation = KnownProblem.class))
            })
    @Refuses(ProblemCode.NOT_FOUND)
    @GetMapping(path = "/problems/{code}")
    String problem(@PathVariable("code") String code);

    record Alive(@Schema(allowableValues = "alive") String status) {}

    @Schema(name = "Readiness")
    record Ready(
            @Schema(allowableValues = {"ready", "waiting", "draining"})
            String status,

            @Schema(description = "What it waits for before it can serve.")
            List<String> waitingFor,

            @Schema(description = "What it does without, while it serves all the same.")
            List<String> degraded) {}

    record KnownProblems(List<KnownProblem> problems) {}

    record KnownProblem(
            @Schema(format = "uri-reference") String type,
            String code,
            String title,
            int status,

            @Schema(description = "What to do about it.") String remedy) {}
}
