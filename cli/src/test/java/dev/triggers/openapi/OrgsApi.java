package dev.triggers.openapi;

import dev.triggers.common.limit.Tier;
import dev.triggers.common.problem.ProblemCode;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.AdditionalPropertiesValue;
import io.swagger.v3.oas.annotations.media.Schema.RequiredMode;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Organisations", description = "For the operator.")
interface OrgsApi {

    @Operation(
            operationId = "createOrg",
            summary = "Make an organisation and its first key",
            description = "The key has all scopes. Its text is in this answer and nowhere else.")
    @ApiResponse(
            responseCode = "201",
            description = "Made.",
            headers = {
                @Header(
                        name = "Location",
                        required = true,
                        description = "The organisation.",
                        schema = @Schema(types = "string", format = "uri-reference")),
                @Header(
                        name = "Cache-Control",
                        required = true,
                        schema = @Schema(types = "string", allowableValues = "no-store"))
            })
    @Needs(admin = true)
    @Refuses({
        ProblemCode.MALFORMED_JSON,
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.EVENT_TOO_LARGE,
        ProblemCode.UNSUPPORTED_MEDIA_TYPE
    })
    @PostMapping(path = "/v1/orgs", consumes = "application/json", produces = "application/json")
    CreatedOrg create(@RequestBody NewOrg org);

    @Operation(operationId = "listOrgs", summary = "Read the organisations", description = "Oldest first.")
    @ApiResponse(responseCode = "200", description = "A page; go on until next_cursor is null.")
    @Needs(admin = true)
    @Refuses({ProblemCode.INVALID_PARAMETER, ProblemCode.INVALID_CURSOR})
    @GetMapping(path = "/v1/orgs", produces = "application/json")
    OrgPage list(
            @Parameter(schema = @Schema(types = "integer", minimum = "1", maximum = "1000", defaultValue = "100"))
                    @RequestParam(name = "limit", required = false)
                    Integer limit,
            @Parameter(description = "next_cursor of the page before.") @RequestParam(name = "cursor", required = false)
                    String cursor);

    @Operation(operationId = "getOrg", summary = "Read an organisation")
    @ApiResponse(responseCode = "200", description = "As it is.")
    @Needs(admin = true)
    @Refuses({ProblemCode.INVALID_PARAMETER, ProblemCode.NOT_FOUND})
    @GetMapping(path = "/v1/orgs/{id}", produces = "application/json")
    Org find(@PathVariable("id") UUID id);

    @Operation(
            operationId = "changeOrg",
            summary = "Change an organisation",
            description = "What is absent stays as it is. Holds on every instance within a second, within 30 s while"
                    + " Redis is away. After a 503 it may be done or not.")
    @ApiResponse(responseCode = "200", description = "As it is then.")
    @Needs(admin = true)
    @Refuses({
        ProblemCode.MALFORMED_JSON,
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.NOT_FOUND,
        ProblemCode.EVENT_TOO_LARGE,
        ProblemCode.UNSUPPORTED_MEDIA_TYPE
    })
    @PatchMapping(path = "/v1/orgs/{id}", consumes = "application/json", produces = "application/json")
    Org change(@PathVariable("id") UUID id, @RequestBody ChangedOrg change);

    @Operation(
            operationId = "deleteOrg",
            summary = "End an organisation and all its keys",
            description = "For good. What it sent stays as long as anything else does.")
    @ApiResponse(responseCode = "204", description = "It is no more.")
    @Needs(admin = true)
    @Refuses({ProblemCode.INVALID_PARAMETER, ProblemCode.NOT_FOUND})
    @DeleteMapping(path = "/v1/orgs/{id}")
    void delete(@PathVariable("id") UUID id);

    @Operation(
            operationId = "createKeyOfOrg",
            summary = "Make a key for an organisation",
            description = "With any scopes: for one that has no key left that may make others.")
    @ApiResponse(
            responseCode = "201",
            description = "Made. The key's text is in this answer and nowhere else.",
            headers =
                    @Header(
                            name = "Cache-Control",
                            required = true,
                            schema = @Schema(types = "string", allowableValues = "no-store")))
    @Needs(admin = true)
    @Refuses({
        ProblemCode.MALFORMED_JSON,
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.NOT_FOUND,
        ProblemCode.EVENT_TOO_LARGE,
        ProblemCode.UNSUPPORTED_MEDIA_TYPE
    })
    @PostMapping(path = "/v1/orgs/{id}/keys", consumes = "application/json", produces = "application/json")
    KeysApi.IssuedKey issue(@PathVariable("id") UUID id, @RequestBody KeysApi.NewKey key);

    @Schema(additionalProperties = AdditionalPropertiesValue.FALSE, example = "{\"name\":\"acme\",\"tier\":\"free\"}")
    record NewOrg(
            @Schema(minLength = 1, maxLength = 100, description = "For people; need not be unique.")
            String name,

            Tier tier) {}

    @Schema(
            description = "At least one of them.",
            minProperties = 1,
            additionalProperties = AdditionalPropertiesValue.FALSE,
            example = "{\"limit\":{\"per_minute\":5000,\"burst\":20000}}")
    record ChangedOrg(
            Optional<Tier> tier,
            Optional<OwnLimit> limit,

            @Schema(description = "Whether whatever needs a scope is answered 403.")
            Optional<Boolean> suspended) {}

    @Schema(
            types = {"object", "null"},
            description = "Its own numbers, which come before the tier's; null: none of its own any more.",
            additionalProperties = AdditionalPropertiesValue.FALSE)
    record OwnLimit(
            @Schema(minimum = "1", maximum = "1000000000") long perMinute,

            @Schema(minimum = "1", maximum = "1000000000", description = "Default: per_minute.")
            Optional<Long> burst) {}

    record CreatedOrg(Org org, KeysApi.IssuedKey key) {}

    @Schema(
            example = "{\"id\":\"01a207b6-725c-77ce-b2b4-daf0135b9850\",\"name\":\"acme\",\"tier\":\"free\","
                    + "\"limit\":null,\"suspended\":false,\"created_at\":\"2026-11-23T09:22:02.793Z\"}")
    record Org(
            UUID id,
            String name,
            Tier tier,
            @Schema(requiredMode = RequiredMode.REQUIRED) Optional<Limit> limit,
            boolean suspended,
            Instant createdAt) {}

    @Schema(
            types = {"object", "null"},
            description = "Events a minute after a burst.",
            additionalProperties = AdditionalPropertiesValue.TRUE)
    record Limit(
            @Schema(minimum = "1", maximum = "1000000000") long perMinute,
            @Schema(minimum = "1", maximum = "1000000000") long burst) {}

    record OrgPage(
            List<Org> orgs,

            @Schema(
                    types = {"string", "null"},
                    description = "Null at the end.")
            String nextCursor) {}
}
