package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The harness with hardly any load, all of it on one set of servers: scenarios run, their books balance, what is missing or
 * double is found, and what they found is written down.
 */
class BenchIT {

    private static final Path HERE = Path.of("").toAbsolutePath();
    /** Maven runs tests in their module's folder. */
    static final Path CHECKOUT = HERE.endsWith("proof") ? HERE.resolve("..").normalize() : HERE;

    private static final List<String> PROCESSOR = List.of("commit-interval", "remembered-ids", "hot-org");
    private static final List<String> HTTP = List.of("single-post", "latency", "large-backlog");
    private static final List<String> CONSUMERS = List.of("lease-ack", "single-cycles", "page-ack");
    private static final List<String> INBOX = List.of("pages", "sparse-filter", "many-orgs");

    private static final String DEV = "dev";

    private static Path out;
    private static int code;
    private static String said;
    private static String errors;

    @BeforeAll
    static void runAll(@TempDir Path directory) {
        out = directory;
        ByteArrayOutputStream standard = new ByteArrayOutputStream();
        ByteArrayOutputStream error = new ByteArrayOutputStream();
        code = Benchmarks.run(
                Stream.concat(Benchmarks.ALL.stream(), Stream.of(new BrokenBooks()))
                        .toList(),
                List.of(
                        "processor",
                        HTTP.get(0),
                        HTTP.get(1),
                        HTTP.get(2),
                        "inbox",
                        DEV,
                        BrokenBooks.NAME,
                        "--smoke",
                        "--heap",
                        "192",
                        "--markdown",
                        "--out",
                        out.toString()),
                Map.of("TRIGGERS_HOME", CHECKOUT.toString()),
                new PrintStream(standard, true, UTF_8),
                new PrintStream(error, true, UTF_8));
        said = standard.toString(UTF_8);
        errors = error.toString(UTF_8);
    }

    @Test
    void everyScenarioReconcilesAndReconciliationFindsWhatIsMissingOrDouble() {
        assertThat(code).as(errors).isZero();
        assertThat(json(BrokenBooks.NAME).at("/runs/rows/0/found").asInt()).isEqualTo(BrokenBooks.WAYS);
    }

    @Test
    void tablesArePrintedForPasting() {
        assertThat(said)
                .contains(
                        "- cores: ",
                        "**Commit interval**",
                        "**2,000 remembered ids**",
                        "**What a flood by one organisation does to others**",
                        "**Single POST**",
                        "**Many organisations, many inboxes**",
                        "**Targets**");
    }

    @Test
    void whatIsWantedOfEachScenarioThatRanStandsBesideWhatWasFound() {
        assertThat(runs("targets"))
                .extracting(run -> run.get("scenario").asString())
                .contains("single-post", "latency", "lease-ack", "single-cycles", "page-ack", "pages", "sparse-filter")
                .contains("many-orgs", DEV)
                .doesNotContain("batches", "hot-org");
        assertThat(runs("targets"))
                .allSatisfy(run -> assertThat(run.get("found").asDouble()).isPositive());
    }

    @Test
    void everythingThatWasFoundIsWrittenDown() throws Exception {
        List<String> written = new ArrayList<>();
        Stream.of(PROCESSOR, HTTP, CONSUMERS, INBOX, List.of(DEV, BrokenBooks.NAME, Targets.GROUP))
                .flatMap(List::stream)
                .forEach(scenario -> written.addAll(List.of(scenario + ".json", scenario + ".csv")));
        for (String scenario : PROCESSOR) {
            JsonNode json = json(scenario);
            assertThat(json.at("/machine/cores").asString()).isNotEmpty();
            assertThat(Files.readAllLines(out.resolve(scenario + ".csv")))
                    .hasSize(1 + json.at("/runs/rows").size());
        }
        for (String scenario :
                Stream.of(PROCESSOR, HTTP, INBOX).flatMap(List::stream).toList()) {
            assertThat(runs(scenario).size()).as(scenario).isPositive();
        }
        for (String scenario : CONSUMERS) {
            assertThat(runs(scenario).path(0).get("messages").asLong()).isPositive();
        }
        try (var left = Files.list(out)) {
            assertThat(left.map(file -> file.getFileName().toString()).filter(file -> !file.endsWith(".svg")))
                    .containsExactlyInAnyOrderElementsOf(written);
        }
        assertThat(json("remembered-ids")
                        .at("/tables/1/rows/0/records restored")
                        .asLong())
                .isGreaterThanOrEqualTo(2_000);
    }

    @Test
    void loadOverHttpIsComparedAndDrawn() throws Exception {
        assertThat(runs("single-post"))
                .extracting(run -> run.get("server").asString())
                .containsExactlyInAnyOrder(SinglePost.OURS, References.PLAIN, References.BY_ORG, References.EMPTY);
        int answeredOnTopicVisible = 3;
        int oneConsumerAndSeveral = 2;
        assertThat(json("latency").at("/tables/0/rows").size())
                .isEqualTo(answeredOnTopicVisible * oneConsumerAndSeveral);
        assertThat(runs("latency"))
                .allSatisfy(run ->
                        assertThat(run.get("compilers_percent").asDouble()).isBetween(0.0, 100.0));
        List<Path> plots;
        try (var left = Files.list(out)) {
            plots = left.filter(file -> file.toString().endsWith(".svg")).toList();
        }
        assertThat(plots)
                .isNotEmpty()
                .allSatisfy(plot -> assertThat(plot).content().contains("<polyline"));
    }

    @Test
    void aScenarioNobodyKnowsIsRefused() {
        ByteArrayOutputStream refusal = new ByteArrayOutputStream();

        int refused = Benchmarks.run(
                Benchmarks.ALL, List.of("nonsense"), Map.of(), System.out, new PrintStream(refusal, true, UTF_8));

        assertThat(refused).isEqualTo(2);
        assertThat(refusal.toString(UTF_8)).contains("no such scenario: nonsense", "hot-org");
    }

    private static JsonNode runs(String scenario) {
        return json(scenario).at("/runs/rows");
    }

    private static JsonNode json(String scenario) {
        return JsonMapper.shared().readTree(out.resolve(scenario + ".json"));
    }
}
