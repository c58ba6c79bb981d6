package dev.triggers.proof.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From the start of a process until it is ready, each service alone on servers that are there and migrated. */
final class Startup implements Scenario {

    private static final List<String> SERVICES = List.of("ingest-api", "event-processor", "inbox-projector");

    private record Run(int round, String service, double seconds, double residentMebibytes) {}

    @Override
    public String name() {
        return "startup";
    }

    @Override
    public String group() {
        return "http";
    }

    @Override
    public String what() {
        return "until each service alone is ready, with servers that are there";
    }

    @Override
    public Findings run(Bench bench) throws Exception {
        int rounds = bench.options().rounds();
        bench.progress().begin(name(), rounds * SERVICES.size() + 2);
        Pipeline pipeline = bench.pipeline();
        pipeline.ingest();
        pipeline.keepUp();
        stopAll(pipeline);
        List<Run> runs = new ArrayList<>();
        for (int round = 1; round <= rounds; round++) {
            for (String service : SERVICES) {
                bench.progress().step("round " + round + ": " + service);
                long start = System.nanoTime();
                ServiceProcess ready = start(pipeline, service);
                double seconds = (System.nanoTime() - start) / 1e9;
                runs.add(new Run(round, service, seconds, ready.resident().now() / (double) (1 << 20)));
                stopAll(pipeline);
            }
        }
        return findings(bench, runs);
    }

    private static ServiceProcess start(Pipeline pipeline, String service) throws InterruptedException {
        return switch (service) {
            case "ingest-api" -> pipeline.ingest();
            case "event-processor" -> pipeline.processor();
            default -> pipeline.projector();
        };
    }

    private static void stopAll(Pipeline pipeline) {
        SERVICES.forEach(pipeline::stop);
    }

    private static Findings findings(Bench bench, List<Run> runs) {
        Map<String, List<Run>> byService = new LinkedHashMap<>();
        SERVICES.forEach(service -> byService.put(
                service,
                runs.stream().filter(run -> run.service().equals(service)).toList()));
        Table table = new Table(
                "Start",
                "Median of " + bench.options().rounds() + " rounds (least–most), from the start of the process until"
                        + " /readyz says 200, asked every 20 ms; topics and tables are there.",
                List.of("service", "ready in, s", "resident when ready, MiB"),
                byService.entrySet().stream()
                        .map(service -> List.<Object>of(
                                service.getKey(),
                                Spread.of(service.getValue().stream()
                                        .map(Run::seconds)
                                        .toList()),
                                Spread.of(service.getValue().stream()
                                        .map(Run::residentMebibytes)
                                        .toList())))
                        .toList());
        Table each = new Table(
                "Start, every run",
                "",
                List.of("round", "service", "seconds", "resident_mib"),
                runs.stream()
                        .map(run -> List.<Object>of(run.round(), run.service(), run.seconds(), run.residentMebibytes()))
                        .toList());
        return new Findings(List.of(table), each);
    }
}
