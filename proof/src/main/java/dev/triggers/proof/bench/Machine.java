package dev.triggers.proof.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.AppInfoParser;

/** What figures depend on beside the code. */
final class Machine {

    private Machine() {}

    /** Facts by name, in the order people ask for them; what services are started with is among them. */
    static Map<String, String> facts(Path checkout, Options options) {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("at", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        facts.put("commit", commit(checkout));
        facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("processor", processor());
        facts.put("memory", (system.getTotalMemorySize() >> 20) + " MiB");
        facts.put("load before", Double.toString(system.getSystemLoadAverage()));
        facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        facts.put("autogroup", autogroup());
        facts.put("JDK", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"));
        facts.put("Kafka", AppInfoParser.getVersion());
        facts.put("broker", "one node, one copy, in a JVM of its own, " + BackendsProcess.HEAP);
        facts.put("services", "a JVM each: " + ServiceMemory.shown(options));
        facts.put("AOT caches", trained(checkout) ? "of a run under load" : "of a start");
        return facts;
    }

    /** Whether {@code ./triggers train} was run since the services were built. */
    private static boolean trained(Path checkout) {
        Path built = checkout.resolve("cli").resolve("target").resolve("classpath");
        return Stream.of("ingest-api", "event-processor", "inbox-projector")
                .map(service -> checkout.resolve(service).resolve("target"))
                .allMatch(target -> isTrained(target, built));
    }

    private static boolean isTrained(Path target, Path built) {
        try (DirectoryStream<Path> stamps = Files.newDirectoryStream(target, "unpacked-*")) {
            for (Path unpacked : stamps) {
                Path stamp = unpacked.resolve("trained");
                if (Files.exists(stamp)
                        && Files.getLastModifiedTime(stamp).compareTo(Files.getLastModifiedTime(built)) >= 0) {
                    return true;
                }
            }
            return false;
        } catch (IOException _) {
            return false;
        }
    }

    private static String processor() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.replaceFirst("[^:]*: *", ""))
                    .findFirst()
                    .orElse("unknown");
        } catch (IOException _) {
            return System.getProperty("os.arch");
        }
    }

    /** Linux: whether each session has a scheduling group of its own, as each process of PostgreSQL is one (sched(7)). */
    private static String autogroup() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/sched_autogroup_enabled"))
                            .strip()
                            .equals("1")
                    ? "on"
                    : "off";
        } catch (IOException _) {
            return "none";
        }
    }

    private static String commit(Path checkout) {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty")
                    .directory(checkout.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (var said = git.inputReader()) {
                String commit = said.lines().collect(Collectors.joining());
                return commit.isEmpty() ? "unknown" : commit;
            }
        } catch (IOException _) {
            return "unknown";
        }
    }
}
