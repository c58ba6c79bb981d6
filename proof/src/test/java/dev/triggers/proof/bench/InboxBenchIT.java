package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every scenario of the inbox with hardly any load: it runs, what was acknowledged is so everywhere, and figures are written. */
class InboxBenchIT {

    private static final Path HERE = Path.of("").toAbsolutePath();
    /** Maven runs tests in their module's folder. */
    private static final Path CHECKOUT =
            HERE.endsWith("proof") ? HERE.resolve("..").normalize() : HERE;

    private static final List<String> CONSUMERS = List.of("lease-ack", "single-cycles", "page-ack");
    private static final List<String> OTHERS = List.of("pages", "sparse-filter", "many-orgs");

    @TempDir
    private Path out;

    @Test
    void everyScenarioOfTheInboxBalancesAndWritesDownWhatItFound() {
        ByteArrayOutputStream errors = new ByteArrayOutputStream();

        int code = Benchmarks.run(
                List.of("inbox", "--smoke", "--out", out.toString()),
                Map.of("TRIGGERS_HOME", CHECKOUT.toString()),
                new PrintStream(new ByteArrayOutputStream(), true, UTF_8),
                new PrintStream(errors, true, UTF_8));

        assertThat(code).as(() -> errors.toString(UTF_8)).isZero();
        for (String scenario : CONSUMERS) {
            assertThat(runs(scenario).path(0).get("messages").asLong()).isPositive();
        }
        for (String scenario : OTHERS) {
            assertThat(runs(scenario).size()).isPositive();
        }
    }

    private JsonNode runs(String scenario) {
        return JsonMapper.shared().readTree(out.resolve(scenario + ".json")).at("/runs/rows");
    }
}
