package dev.triggers.openapi;

import dev.triggers.access.Scope;
import dev.triggers.common.limit.Tier;
import dev.triggers.common.problem.ProblemCode;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.media.Schema.AdditionalPropertiesValue;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
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

    @Operation(operationId = "getOrg", summary = "Read an organisation")
    @ApiResponse(responseCode = "200", description = "As it is.")
    @Needs(admin = true)
    @Refuses({ProblemCode.INVALID_PARAMETER, ProblemCode.NOT_FOUND})
    @GetMapping(path = "/v1/orgs/{id}", produces = "application/json")
    Org find(@PathVariable("id") UUID id);

    @Schema(additionalProperties = AdditionalPropertiesValue.FALSE, example = "{\"name\":\"acme\",\"tier\":\"free\"}")
    record NewOrg(@Schema(minLength = 1, maxLength = 100) String name, Tier tier) {}

    record CreatedOrg(Org org, NewKey key) {}

    record Org(UUID id, String name, Tier tier) {}

    record NewKey(
            @Schema(description = "Part of the key; no secret.")
            String id,

            @Schema(pattern = "^trg_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{38}$", description = "Shown this once.")
            String key,

            List<Scope> scopes) {}
}
