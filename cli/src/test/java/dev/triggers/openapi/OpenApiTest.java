package dev.triggers.openapi;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.triggers.access.http.Paths;
import dev.triggers.common.problem.ProblemCode;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code openapi.json} against the contract it is made of, and the contract against the code. */
class OpenApiTest {

    private static final String RENEW = "openapi.renew";
    private static final String BREAK = "openapi.break";

    private static final JsonNode GENERATED = Document.generated();

    @Test
    void theDocumentIsTheOneCheckedIn() {
        List<String> incompatible = Incompatibilities.between(Document.golden(), GENERATED);
        if (!incompatible.isEmpty() && !Boolean.getBoolean(BREAK)) {
            fail("a client could not live with this (see CONTRIBUTING, HTTP contract):\n"
                    + String.join("\n", incompatible));
        }
        if (Boolean.getBoolean(RENEW)) {
            Document.renew(GENERATED);
        }
        assertThat(Document.text(Document.GOLDEN))
                .as("openapi.json is not what the contract says; renew it: see CONTRIBUTING, HTTP contract")
                .isEqualTo(Document.pretty(GENERATED));
    }

    @Test
    void itIsOneOfVersion31() {
        assertThat(GENERATED.path("openapi").asString()).startsWith("3.1.");
    }

    @Test
    void everyControllersPathIsInTheContractAndNoOther() {
        assertThat(mappings(Contract.INTERFACES)).isEqualTo(mappings(Mappings.controllers()));
    }

    private static Set<String> mappings(List<Class<?>> types) {
        return types.stream().flatMap(type -> Mappings.of(type).stream()).collect(toCollection(TreeSet::new));
    }

    @Test
    void whoMayCallIsWhoTheFilterLetsIn() {
        GENERATED
                .path("paths")
                .forEachEntry((path, operations) -> operations.forEachEntry((method, operation) -> {
                    String expected = among(Paths.DEFAULT.open(), path)
                            ? "[]"
                            : among(Paths.DEFAULT.admin(), path) ? "[admin_token]" : "[key, key_header]";
                    Set<String> ways = new TreeSet<>();
                    operation.path("security").forEach(way -> ways.addAll(way.propertyNames()));
                    assertThat(ways).as(method + " " + path).hasToString(expected);
                }));
    }

    private static boolean among(List<String> prefixes, String path) {
        return prefixes.stream().anyMatch(prefix -> path.equals(prefix) || path.startsWith(prefix + "/"));
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        List<JsonNode> references = GENERATED.findValues("$ref");

        assertThat(references)
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(
                                GENERATED.at(reference.asString().substring(1)).isMissingNode())
                        .as(reference.asString())
                        .isFalse());
    }

    @Test
    void everyProblemHasAnExample() {
        assertThat(GENERATED.at("/components/examples").propertyNames())
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ProblemCode.values())
                        .map(ProblemCode::toString)
                        .toList());
    }

    @Test
    void everyOperationHasANameASummaryATagAndASuccess() {
        List<JsonNode> operations = GENERATED
                .path("paths")
                .valueStream()
                .flatMap(path -> path.valueStream())
                .toList();

        assertThat(operations)
                .extracting(operation -> operation.path("operationId").asString())
                .doesNotHaveDuplicates();
        assertThat(operations).allSatisfy(operation -> {
            assertThat(operation.path("summary").asString("")).isNotBlank();
            assertThat(operation.path("tags")).hasSize(1);
            assertThat(Stream.of(operation.path("responses").propertyNames().toArray(String[]::new)))
                    .anyMatch(status -> status.startsWith("2"));
        });
    }
}
