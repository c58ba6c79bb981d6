package dev.triggers.openapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.common.problem.Problem;
import dev.triggers.common.problem.ProblemCode;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.security.SecurityScheme;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/** What operations refer to: ways to say who one is, headers, and each problem as the code itself writes it. */
final class Shared {

    static final String KEY = "key";
    static final String KEY_HEADER = "key_header";
    static final String ADMIN_TOKEN = "admin_token";

    private static final JsonMapper JSON = new JsonMapper();

    private Shared() {}

    static Components components() {
        Components components = new Components()
                .addSecuritySchemes(KEY, bearer("A key of the organisation."))
                .addSecuritySchemes(
                        KEY_HEADER,
                        new SecurityScheme()
                                .type(SecurityScheme.Type.APIKEY)
                                .in(SecurityScheme.In.HEADER)
                                .name("X-API-Key")
                                .description("The same key in a header of its own."))
                .addSecuritySchemes(ADMIN_TOKEN, bearer("The operator's token."))
                .addHeaders(
                        "X-Request-Id",
                        header("The request's own, if it is 1 to 64 of [A-Za-z0-9._-], else a new one."))
                .addHeaders("WWW-Authenticate", header("Bearer"))
                .addHeaders("Retry-After", header("Seconds, 1 and up.", "^[1-9]\\d*$"))
                .addHeaders(
                        "RateLimit-Policy",
                        header(
                                        "q events in w seconds, the burst and the time in which an empty budget fills."
                                                + " Not for an organisation without a limit.",
                                        "^\"org\";q=\\d+;w=\\d+$")
                                .required(false))
                .addHeaders(
                        "RateLimit",
                        header(
                                        "r events may be sent now, in t seconds one. Not for an organisation without a"
                                                + " limit.",
                                        "^\"org\";r=\\d+;t=\\d+$")
                                .required(false));
        for (ProblemCode code : ProblemCode.values()) {
            components.addExamples(code.toString(), example(code));
        }
        return components;
    }

    /** Made late, when the converters are those of this document. */
    static void addProblem(Components components) {
        ModelConverters.getInstance(true).readAll(ProblemDocument.class).forEach(components::addSchemas);
    }

    private static SecurityScheme bearer(String description) {
        return new SecurityScheme()
                .type(SecurityScheme.Type.HTTP)
                .scheme("bearer")
                .description(description);
    }

    private static Header header(String description) {
        return new Header()
                .required(true)
                .description(description)
                .schema(new Schema<String>().types(Set.of("string")));
    }

    private static Header header(String description, String pattern) {
        Header header = header(description);
        header.getSchema().pattern(pattern);
        return header;
    }

    private static Example example(ProblemCode code) {
        Problem problem = Problem.of(code, "name: actual (expected: rule)");
        return new Example().summary(code.title()).value(JSON.readValue(new String(problem.json(), UTF_8), Map.class));
    }
}
