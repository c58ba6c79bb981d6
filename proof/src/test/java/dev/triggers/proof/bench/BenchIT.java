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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every scenario with hardly any load: it runs, its books balance, and what it found is written down. */
class BenchIT {

    private static final Path HERE = Path.of("").toAbsolutePath();
    /** Maven runs tests in their module's folder. */
    private static final Path CHECKOUT =
            HERE.endsWith("proof") ? HERE.resolve("..").normalize() : HERE;

    private static final List<String> PROCESSOR = List.of("commit-interval", "remembered-ids", "hot-org");

    @TempDir
    private Path out;

    @Test
    void everyScenarioOfTheProcessorReconcilesAndWritesDownWhatItFound() throws Exception {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();

        int code = Benchmarks.run(
                List.of("processor", "--smoke", "--markdown", "--out", out.toString()),
                Map.of("TRIGGERS_HOME", CHECKOUT.toString()),
                new PrintStream(said, true, UTF_8),
                new PrintStream(errors, true, UTF_8));

        assertThat(code).as(() -> errors.toString(UTF_8)).isZero();
        assertThat(said.toString(UTF_8))
                .contains(
                        "- cores: ",
                        "**Commit interval**",
                        "**2,000 remembered ids**",
                        "**What a flood by one organisation does to others**");
        List<String> written = new ArrayList<>();
        for (String scenario : PROCESSOR) {
            JsonNode json = JsonMapper.shared().readTree(out.resolve(scenario + ".json"));
            assertThat(json.at("/machine/cores").asString()).isNotEmpty();
            assertThat(json.at("/runs/rows").size()).isPositive();
            assertThat(Files.readAllLines(out.resolve(scenario + ".csv")))
                    .hasSize(1 + json.at("/runs/rows").size());
            written.addAll(List.of(scenario + ".json", scenario + ".csv"));
        }
        try (var left = Files.list(out)) {
            assertThat(left.map(file -> file.getFileName().toString())).containsExactlyInAnyOrderElementsOf(written);
        }
        JsonNode restored = JsonMapper.shared().readTree(out.resolve("remembered-ids.json"));
        assertThat(restored.at("/tables/1/rows/0/records restored").asLong()).isGreaterThanOrEqualTo(2_000);
    }

    @Test
    void aScenarioNobodyKnowsIsRefused() {
        ByteArrayOutputStream errors = new ByteArrayOutputStream();

        int code = Benchmarks.run(List.of("nonsense"), Map.of(), System.out, new PrintStream(errors, true, UTF_8));

        assertThat(code).isEqualTo(2);
        assertThat(errors.toString(UTF_8)).contains("no such scenario: nonsense", "hot-org");
    }
}
