package dev.triggers.openapi;

import dev.triggers.access.Scope;
import dev.triggers.common.limit.Tier;
import dev.triggers.common.problem.ProblemCode;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.ArraySchema;
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
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "Keys", description = "An organisation's own keys.")
interface KeysApi {

    @Operation(operationId = "listKeys", summary = "Read the keys in use", description = "Oldest first, 100 at most.")
    @ApiResponse(responseCode = "200", description = "All of them, without their text.")
    @Needs(Scope.ORG_ADMIN)
    @GetMapping(path = "/v1/keys", produces = "application/json")
    KeyList list();

    @Operation(
            operationId = "createKey",
            summary = "Make a key",
            description = "A key cannot give scopes that it does not have.")
    @ApiResponse(
            responseCode = "201",
            description = "Made. The key's text is in this answer and nowhere else.",
            headers =
                    @Header(
                            name = "Cache-Control",
                            required = true,
                            schema = @Schema(types = "string", allowableValues = "no-store")))
    @Needs(Scope.ORG_ADMIN)
    @Refuses({
        ProblemCode.MALFORMED_JSON,
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.NOT_FOUND,
        ProblemCode.EVENT_TOO_LARGE,
        ProblemCode.UNSUPPORTED_MEDIA_TYPE
    })
    @PostMapping(path = "/v1/keys", consumes = "application/json", produces = "application/json")
    IssuedKey issue(@RequestBody NewKey key);

    @Operation(
            operationId = "rotateKey",
            summary = "Let another key take over",
            description = "It has the same name, scopes and expiry. Whoever asks must have all its scopes.")
    @ApiResponse(
            responseCode = "201",
            description = "Made. The new key's text is in this answer and nowhere else.",
            headers =
                    @Header(
                            name = "Cache-Control",
                            required = true,
                            schema = @Schema(types = "string", allowableValues = "no-store")))
    @Needs(Scope.ORG_ADMIN)
    @Refuses({
        ProblemCode.MALFORMED_JSON,
        ProblemCode.INVALID_PARAMETER,
        ProblemCode.NOT_FOUND,
        ProblemCode.EVENT_TOO_LARGE
    })
    @PostMapping(path = "/v1/keys/{id}/rotate", produces = "application/json")
    IssuedKey rotate(@PathVariable("id") String id, @RequestBody(required = false) Rotation rotation);

    @Operation(
            operationId = "revokeKey",
            summary = "Revoke a key",
            description = "Any in use, the one that asks included.")
    @ApiResponse(responseCode = "204", description = "It is refused from now on.")
    @Needs(Scope.ORG_ADMIN)
    @Refuses(ProblemCode.NOT_FOUND)
    @DeleteMapping(path = "/v1/keys/{id}")
    void revoke(@PathVariable("id") String id);

    @Operation(
            operationId = "me",
            summary = "Whose key this is",
            description = "For any key, also of a suspended organisation.")
    @ApiResponse(responseCode = "200", description = "Its organisation, what it may do, and what it may send.")
    @Needs
    @GetMapping(path = "/v1/me", produces = "application/json")
    Me me();

    @Schema(
            additionalProperties = AdditionalPropertiesValue.FALSE,
            example = "{\"name\":\"shop\",\"scopes\":[\"events:write\"],\"expires_at\":\"2040-01-01T00:00:00Z\"}")
    record NewKey(
            @Schema(minLength = 1, maxLength = 100) String name,
            @ArraySchema(minItems = 1) List<Scope> scopes,

            @Schema(
                    types = {"string", "null"},
                    format = "date-time",
                    description = "Ahead; without it the key does not expire.")
            Optional<Instant> expiresAt) {}

    record IssuedKey(
            @Schema(description = "Part of the key; no secret.")
            String id,

            @Schema(pattern = "^trg_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{38}$", description = "Shown this once.")
            String key,

            String name,
            List<Scope> scopes,

            @Schema(
                    types = {"string", "null"},
                    format = "date-time")
            Instant expiresAt) {}

    @Schema(additionalProperties = AdditionalPropertiesValue.FALSE)
    record Rotation(
            @Schema(
                    minimum = "0",
                    maximum = "604800",
                    defaultValue = "0",
                    description = "How long the old key stays good, but not beyond its own expiry.")
            Optional<Long> graceSeconds) {}

    record KeyList(List<KeyEntry> keys) {}

    record KeyEntry(
            String id,
            String name,
            List<Scope> scopes,
            Instant createdAt,

            @Schema(
                    types = {"string", "null"},
                    format = "date-time",
                    description = "Null: never.")
            Instant expiresAt) {}

    @Schema(
            example = "{\"org\":\"01a207b6-725c-77ce-b2b4-daf0135b9850\",\"key_id\":\"TlDMXm67\",\"scopes\":"
                    + "[\"events:write\"],\"tier\":\"free\",\"limit\":{\"per_minute\":100,\"burst\":100},"
                    + "\"remaining\":97}")
    record Me(
            UUID org,
            String keyId,
            List<Scope> scopes,
            Tier tier,
            @Schema(requiredMode = RequiredMode.REQUIRED) Optional<OrgsApi.Limit> limit,

            @Schema(
                    types = {"integer", "null"},
                    format = "int64",
                    minimum = "0",
                    description = "What this instance would take now; null without a limit.")
            Long remaining) {}
}
