package dev.triggers.openapi;

import dev.triggers.access.Scope;
import dev.triggers.common.problem.Problem;
import dev.triggers.common.problem.ProblemCode;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.customizers.OperationCustomizer;
import org.springframework.web.method.HandlerMethod;

/** What {@link Needs} and {@link Refuses} say of an operation, in the document's terms. */
final class Operations implements OperationCustomizer {

    private static final Set<ProblemCode> OF_ALL = EnumSet.of(ProblemCode.INTERNAL_ERROR);
    private static final Set<ProblemCode> OF_ADMIN = EnumSet.of(
            ProblemCode.MISSING_KEY, ProblemCode.INVALID_KEY, ProblemCode.KEYS_UNAVAILABLE, ProblemCode.DRAINING);
    private static final Set<ProblemCode> OF_KEYS = EnumSet.of(
            ProblemCode.INVALID_PARAMETER,
            ProblemCode.MISSING_KEY,
            ProblemCode.INVALID_KEY,
            ProblemCode.KEYS_UNAVAILABLE,
            ProblemCode.DRAINING);

    @Override
    public Operation customize(Operation operation, HandlerMethod method) {
        @Nullable Needs needs = method.getMethodAnnotation(Needs.class);
        @Nullable Refuses refuses = method.getMethodAnnotation(Refuses.class);
        if (needs != null) {
            security(needs, operation);
        }
        Set<ProblemCode> codes = codes(needs, refuses);
        ApiResponses responses = operation.getResponses();
        byStatus(codes).forEach((status, problems) -> add(status, refusal(problems), responses));
        if (method.hasMethodAnnotation(Metered.class)) {
            responses.forEach(Operations::metered);
        }
        responses.values().forEach(response -> header("X-Request-Id", response));
        return operation;
    }

    private static void security(Needs needs, Operation operation) {
        if (needs.admin()) {
            operation.setSecurity(List.of(new SecurityRequirement().addList(Shared.ADMIN_TOKEN)));
            return;
        }
        List<List<String>> scopes = needs.value().length == 0
                ? List.of(List.of())
                : Arrays.stream(needs.value())
                        .map(Scope::toString)
                        .map(List::of)
                        .toList();
        operation.setSecurity(scopes.stream()
                .flatMap(any -> List.of(Shared.KEY, Shared.KEY_HEADER).stream()
                        .map(scheme -> new SecurityRequirement().addList(scheme, any)))
                .toList());
    }

    private static Set<ProblemCode> codes(@Nullable Needs needs, @Nullable Refuses refuses) {
        Set<ProblemCode> codes = EnumSet.copyOf(OF_ALL);
        if (needs != null) {
            codes.addAll(needs.admin() ? OF_ADMIN : OF_KEYS);
            if (needs.value().length > 0) {
                codes.add(ProblemCode.MISSING_SCOPE);
                codes.add(ProblemCode.ORG_SUSPENDED);
            }
        }
        if (refuses != null) {
            codes.addAll(List.of(refuses.value()));
        }
        return codes;
    }

    private static Map<String, List<ProblemCode>> byStatus(Set<ProblemCode> codes) {
        return codes.stream()
                .collect(Collectors.groupingBy(
                        code -> Integer.toString(code.status()), TreeMap::new, Collectors.toList()));
    }

    private static ApiResponse refusal(List<ProblemCode> codes) {
        MediaType body = new MediaType().schema(new Schema<>().$ref("#/components/schemas/Problem"));
        codes.forEach(code -> body.addExamples(code.toString(), new Example().$ref("#/components/examples/" + code)));
        ApiResponse response = new ApiResponse()
                .description(codes.stream()
                        .map(code -> "`" + code + "`: " + code.title() + ". " + code.remedy())
                        .collect(Collectors.joining("\n\n")))
                .content(new Content().addMediaType(Problem.MEDIA_TYPE, body));
        switch (codes.getFirst().status()) {
            case 401 -> header("WWW-Authenticate", response);
            case 429, 503 -> header("Retry-After", response);
            default -> {}
        }
        return response;
    }

    /** Where a status has an answer that is no problem, it has both. */
    private static void add(String status, ApiResponse refusal, ApiResponses responses) {
        @Nullable ApiResponse other = responses.get(status);
        if (other == null) {
            responses.addApiResponse(status, refusal);
            return;
        }
        other.description(other.getDescription() + "\n\n" + refusal.getDescription());
        other.getContent().putAll(refusal.getContent());
        if (refusal.getHeaders() != null) {
            refusal.getHeaders().forEach(other::addHeaderObject);
        }
    }

    private static void metered(String status, ApiResponse response) {
        if (status.startsWith("2") || status.equals("429")) {
            header("RateLimit-Policy", response);
            header("RateLimit", response);
        }
        if (status.equals("429")) {
            header("Retry-After", response);
        }
    }

    private static void header(String name, ApiResponse response) {
        response.addHeaderObject(name, new Header().$ref("#/components/headers/" + name));
    }
}
