package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TargetsTest {

    private static final Table LEASES = new Table(
            "Consumers",
            "",
            List.of("", "messages/s", "p99, ms"),
            List.of(List.of("8 consumers", Spread.of(List.of(59_000.0, 61_000.0, 70_000.0)), 12.0)));

    private static final Table MANY = new Table(
            "Many organisations",
            "",
            List.of("events of", "rows/s", "÷ 100 organisations"),
            List.of(
                    List.of("100 organisations", 40_000.0, 1.0),
                    List.of("10,000 organisations, Zipf", 36_000.0, Spread.of(List.of(0.7, 0.9, 1.0))),
                    List.of("one organisation, 50 inboxes", 30_000.0, Spread.of(List.of(0.75)))));

    private final Targets targets = new Targets();

    private record Named(String name) implements Scenario {
        @Override
        public String group() {
            return "some";
        }

        @Override
        public String what() {
            return "something";
        }

        @Override
        public Findings run(Bench bench) {
            throw new IllegalStateException("not to be run");
        }
    }

    @Test
    void theMedianCounts() {
        targets.found(new Named("lease-ack"), new Findings(List.of(LEASES), LEASES));

        assertThat(rows("lease-ack"))
                .containsExactly(List.of(
                        "lease-ack", "100 a lease", "≥ 60,000 messages/s", "61,000 (59,000–70,000)", "reached"));
    }

    @Test
    void aRatioIsTheMedianOfRatiosAndMayBeMissed() {
        targets.found(new Named("many-orgs"), new Findings(List.of(MANY), MANY));

        assertThat(rows("many-orgs"))
                .containsExactly(
                        List.of(
                                "many-orgs",
                                "10,000 organisations",
                                "≥ 0.85 × 100 organisations",
                                "0.90 (0.70–1.00)",
                                "reached"),
                        List.of("many-orgs", "50 inboxes", "≥ 0.85 × 100 organisations", "0.75", "not reached"));
    }

    @Test
    void whoFoundNothingReachedNothing() {
        assertThat(rows("page-ack"))
                .containsExactly(
                        List.of("page-ack", "pages of 100", "≥ 30,000 messages/s", "no result", "not reached"));
    }

    /** An hour of other scenarios is not thrown away for it. */
    @Test
    void aFigureThatIsNotThereIsNoResult() {
        targets.found(new Named("page-ack"), new Findings(List.of(MANY), MANY));

        assertThat(rows("page-ack"))
                .containsExactly(
                        List.of("page-ack", "pages of 100", "≥ 30,000 messages/s", "no result", "not reached"));
    }

    @Test
    void nothingIsToldWhereNothingIsWanted() {
        assertThat(targets.reached(List.of(new Named("hot-org")), false)).isEmpty();
    }

    @Test
    void theGroupHasAllScenariosOfWhichSomethingIsWanted() {
        ByteArrayOutputStream said = new ByteArrayOutputStream();

        int code = Benchmarks.run(
                Benchmarks.ALL,
                List.of("targets", "--list"),
                Map.of(),
                new PrintStream(said, true, UTF_8),
                new PrintStream(OutputStream.nullOutputStream(), true, UTF_8));

        assertThat(code).isZero();
        assertThat(said.toString(UTF_8).lines().map(line -> line.substring(0, line.indexOf(':'))))
                .containsExactly(
                        "single-post",
                        "pipeline-post",
                        "batches",
                        "end-to-end",
                        "latency",
                        "seed",
                        "catch-up",
                        "memory",
                        "startup",
                        "dev",
                        "soak",
                        "lease-ack",
                        "single-cycles",
                        "page-ack",
                        "pages",
                        "sparse-filter",
                        "many-orgs");
    }

    private List<List<Object>> rows(String scenario) {
        return targets.reached(List.of(new Named(scenario)), false)
                .orElseThrow()
                .tables()
                .getFirst()
                .rows();
    }
}
