package dev.triggers.ingest.http;

import dev.triggers.common.event.Limits;
import dev.triggers.common.limit.Tier;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** {@code {name, tier}}, and nothing else. */
record NewOrgBody(String name, Tier tier) {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    static NewOrgBody parse(byte[] body) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), body)) {
            return read(json);
        } catch (JacksonException e) {
            throw new ProblemException(
                    ProblemCode.MALFORMED_JSON,
                    "body: " + Limits.cut(e.getOriginalMessage()) + " (expected: one JSON document)");
        }
    }

    private static NewOrgBody read(JsonParser json) {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw invalid("body: not an object (expected: {name, tier})");
        }
        @Nullable String name = null;
        @Nullable String tier = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String member = json.currentName();
            if (json.nextToken() != JsonToken.VALUE_STRING) {
                throw invalid(Limits.cut(member) + ": not a string (expected: a string)");
            }
            switch (member) {
                case "name" -> name = json.getString();
                case "tier" -> tier = json.getString();
                default -> throw invalid(Limits.cut(member) + ": unknown member (expected: only name, tier)");
            }
        }
        if (json.nextToken() != null) {
            throw new ProblemException(
                    ProblemCode.MALFORMED_JSON, "body: something after the object (expected: one JSON document)");
        }
        if (name == null || tier == null) {
            throw invalid((name == null ? "name" : "tier") + ": missing (expected: a string)");
        }
        return new NewOrgBody(name, tier(tier));
    }

    private static Tier tier(String text) {
        try {
            return Tier.parse(text);
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
    }

    static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_PARAMETER, detail);
    }
}
