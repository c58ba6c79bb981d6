package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FiguresTest {

    private static final Path OUT = Path.of("out");

    @Test
    void aTableIsMarkdownWithItsColumnsAligned() {
        Table table = new Table(
                "Speed",
                "Not measured.",
                List.of("what", "events/s"),
                List.of(List.of("one", 12_345.6), List.of("more", Spread.of(List.of(9.0, 2.0, 1.5)))));

        assertThat(table.markdown()).isEqualTo("""
                **Speed**

                | what |         events/s |
                |:-----|-----------------:|
                | one  |           12,346 |
                | more | 2.00 (1.50–9.00) |

                Not measured.
                """);
    }

    @Test
    void csvHasNumbersAsTheyAreAndQuotesWhatNeedsIt() {
        Table table = new Table("t", "", List.of("a", "b"), List.of(List.of("x, \"y\"", 12_345.5)));

        assertThat(table.csv()).isEqualTo("a,b\r\n\"x, \"\"y\"\"\",12345.5\r\n");
    }

    @Test
    void aRowOfAnotherLengthIsRefused() {
        assertThatThrownBy(() -> new Table("t", "", List.of("a"), List.of(List.of(1, 2))))
                .hasMessage("t: 2 cells (expected: 1)");
    }

    @Test
    void theMedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
        assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 100.0))).isEqualTo(new Spread(3, 1, 100));
    }

    @Test
    void whatIsGivenOnTheCommandLineCounts() {
        Options options = Options.parse(
                List.of(
                        "hot-org",
                        "--seconds",
                        "9",
                        "--ids",
                        "10_000_000",
                        "--markdown",
                        "--profile",
                        "--peer",
                        "a.http",
                        "--peer",
                        "b.http",
                        "processor"),
                OUT);

        assertThat(options.names()).containsExactly("hot-org", "processor");
        assertThat(options.seconds()).isEqualTo(Optional.of(9));
        assertThat(options.ids()).isEqualTo(10_000_000);
        assertThat(options.markdown()).isTrue();
        assertThat(options.profile()).isTrue();
        assertThat(options.peers()).containsExactly(Path.of("a.http"), Path.of("b.http"));
        assertThat(options.out()).isEqualTo(OUT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--seconds", "--seconds=0", "--rounds 0", "--ids many", "--what"})
    void whatIsNotUnderstoodIsRefused(String words) {
        assertThatThrownBy(() -> Options.parse(List.of(words.split(" ")), OUT))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h"})
    void helpNamesEveryOptionAndScenario(String word) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();

        int code = Benchmarks.run(
                Benchmarks.ALL,
                List.of(word),
                Map.of(),
                new PrintStream(said, true, UTF_8),
                new PrintStream(OutputStream.nullOutputStream(), true, UTF_8));

        assertThat(code).isZero();
        assertThat(said.toString(UTF_8))
                .contains("--seconds N", "--rows N", "--peer FILE", "--smoke")
                .contains(Benchmarks.ALL.stream().map(Scenario::name).toList());
    }

    @Test
    void servicesHaveTheMemoryOfTheImagesUnlessAnotherCollectorIsAskedFor() throws Exception {
        String image = Files.readString(BenchIT.CHECKOUT.resolve("Dockerfile"));
        String images = Files.readString(BenchIT.CHECKOUT.resolve("docker-compose.yml"));
        assertThat(image)
                .contains("ENV JDK_JAVA_OPTIONS=\"" + ServiceProcess.COLLECTOR + " ${HEAP}\" " + ServiceMemory.ARENAS
                        + "=" + ServiceMemory.MOST_ARENAS + "\n");
        assertThat(ServiceMemory.SERVICES)
                .allSatisfy(service -> assertThat(images)
                        .containsPattern("\\{SERVICE: " + service + ", PORT: \"\\d+\", HEAP: \""
                                + String.join(" ", ServiceMemory.of(service).options(512)) + "\"\\}"));
        assertThat(ServiceProcess.jvmOptions(Options.parse(List.of("--heap", "96"), OUT), "event-processor"))
                .contains("-Xmx96m", "-XX:+UseSerialGC", "-Xms96m", "-Xmn32m", "-XX:SurvivorRatio=3");
        assertThat(ServiceProcess.jvmOptions(
                        Options.parse(List.of("--jvm", "-XX:+UseG1GC", "--jvm", "-XX:MaxGCPauseMillis=20"), OUT),
                        "ingest-api"))
                .contains("-XX:+UseG1GC", "-XX:MaxGCPauseMillis=20")
                .doesNotContain("-XX:+UseSerialGC");
    }
}
