package dev.triggers.proof.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code ./triggers bench}: runs scenarios one after the other, each on servers of its own; in a smoke run all on the same.
 * Exit code 0 when all ran and their books balance, 1 when not, 2 when it did not understand.
 */
public final class Benchmarks {

    static final List<Scenario> ALL = List.of(
            new CommitInterval(),
            new RememberedIds(),
            new HotOrg(),
            new SinglePost(),
            new PipelinePost(),
            new Batches(),
            new EndToEnd(),
            new Latency(),
            new Seed(),
            CatchUp.ofMany(),
            CatchUp.ofLarge(),
            Caches.layers(),
            Caches.pools(),
            new Instances(),
            new Memory(),
            new Startup(),
            new DevStart(),
            new Soak(),
            Consumption.leases(),
            Consumption.singleCycles(),
            Consumption.pages(),
            new Pages(),
            new SparseFilter(),
            new ManyOrgs());

    private Benchmarks() {}

    public static void main(String[] words) {
        int code = run(ALL, Arrays.asList(words), System.getenv(), System.out, System.err);
        if (code != 0) {
            System.exit(code);
        }
    }

    /** @param all that may be named */
    static int run(
            List<Scenario> all, List<String> words, Map<String, String> environment, PrintStream out, PrintStream err) {
        Path checkout = Path.of(environment.getOrDefault("TRIGGERS_HOME", ""))
                .toAbsolutePath()
                .normalize();
        if (words.contains("--help") || words.contains("-h")) {
            out.println(Options.USAGE);
            all.forEach(scenario -> out.println("  " + scenario.name() + ": " + scenario.what()));
            return 0;
        }
        try {
            Options options = Options.parse(words, checkout.resolve("target").resolve("bench"));
            List<Scenario> chosen = chosen(all, options.names());
            if (options.list()) {
                chosen.forEach(scenario -> out.println(scenario.name() + ": " + scenario.what()));
                return 0;
            }
            Progress progress = new Progress(err, "1".equals(environment.get("TRIGGERS_TERMINAL")));
            Report report = new Report(Machine.facts(checkout, options), options.out());
            out.println(report.head(options.markdown()));
            return run(chosen, options, checkout, progress, report, out, err);
        } catch (IllegalArgumentException e) {
            err.println("triggers: " + e.getMessage() + " (./triggers bench --help tells more)");
            return 2;
        }
    }

    private static List<Scenario> chosen(List<Scenario> all, List<String> names) {
        names.forEach(name -> {
            if (all.stream().noneMatch(scenario -> isCalled(scenario, name))) {
                throw new IllegalArgumentException("no such scenario: " + name + " (expected: "
                        + String.join(", ", all.stream().map(Scenario::name).toList()) + ")");
            }
        });
        return all.stream()
                .filter(scenario -> names.isEmpty() || names.stream().anyMatch(name -> isCalled(scenario, name)))
                .toList();
    }

    private static boolean isCalled(Scenario scenario, String name) {
        return scenario.name().equals(name)
                || scenario.group().equals(name)
                || (name.equals(Targets.GROUP) && Targets.has(scenario));
    }

    private static int run(
            List<Scenario> chosen,
            Options options,
            Path checkout,
            Progress progress,
            Report report,
            PrintStream out,
            PrintStream err) {
        int code = 0;
        Targets targets = new Targets();
        List<List<Scenario>> together = options.smoke()
                ? List.of(chosen)
                : chosen.stream().map(List::of).toList();
        for (List<Scenario> scenarios : together) {
            try (Bench bench = Bench.start(options, checkout, progress)) {
                for (Scenario scenario : scenarios) {
                    Findings findings = found(scenario, bench);
                    progress.end();
                    findings.tables().forEach(table -> out.println(table.markdown()));
                    report.write(scenario.name(), findings);
                    targets.found(scenario, findings);
                }
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return 1;
            } catch (Exception e) {
                progress.end();
                err.println("triggers: no result: " + e.getMessage());
                e.printStackTrace(err);
                code = 1;
            }
        }
        return Math.max(code, tellTargets(targets.reached(chosen, options.smoke()), report, out, err));
    }

    private static int tellTargets(Optional<Findings> targets, Report report, PrintStream out, PrintStream err) {
        if (targets.isEmpty()) {
            return 0;
        }
        targets.get().tables().forEach(table -> out.println(table.markdown()));
        try {
            report.write(Targets.GROUP, targets.get());
            return 0;
        } catch (IOException e) {
            err.println("triggers: not written down: " + e.getMessage());
            return 1;
        }
    }

    private static Findings found(Scenario scenario, Bench bench) throws Exception {
        try {
            return scenario.run(bench);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            Path output = bench.keepOutput(scenario.name());
            throw new IllegalStateException(scenario.name() + ": " + e.getMessage() + " (output: " + output + ")", e);
        }
    }
}
