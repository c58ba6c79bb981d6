package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training with hardly any load: each service leaves a cache, and one that starts from it is not turned away by the JDK. */
class TrainIT {

    private static final String SERVICE = "event-processor";
    private static final String NOWHERE = "127.0.0.1:1";

    @Test
    void servicesLeaveCachesThatTheyStartFrom(@TempDir Path directory) throws Exception {
        Path caches = directory.resolve("caches");
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, UTF_8);

        int code = Benchmarks.run(
                List.of(new Training()),
                List.of("--smoke", "--out", caches.toString()),
                Map.of("TRIGGERS_HOME", BenchIT.CHECKOUT.toString()),
                out,
                out);

        assertThat(code).as(said.toString(UTF_8)).isZero();
        for (String service : List.of("ingest-api", SERVICE, "inbox-projector")) {
            assertThat(caches.resolve(service + ".aot")).isNotEmptyFile();
        }
        assertThat(started(caches.resolve(SERVICE + ".aot"), directory)).contains("Starting ProcessorApplication");
    }

    /** What a service says that starts from the cache or not at all, and ends before it would decide anything. */
    private static String started(Path cache, Path directory) throws IOException, InterruptedException {
        Path said = directory.resolve("said");
        ProcessBuilder start = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-XX:AOTCache=" + cache,
                        "-XX:AOTMode=on",
                        "-Dspring.context.exit=onRefresh",
                        "-jar",
                        unpacked().resolve("service.jar").toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        start.environment()
                .putAll(Map.of(
                        "TRIGGERS_PROCESSOR_KAFKABOOTSTRAP",
                        NOWHERE,
                        "TRIGGERS_PROCESSOR_ABOUTPORT",
                        "-1",
                        "TRIGGERS_PROCESSOR_STATEDIR",
                        directory.resolve("state").toString()));
        Process process = start.start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES))
                    .as("ends by itself")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        String text = Files.readString(said);
        assertThat(process.exitValue()).as(text).isZero();
        return text;
    }

    private static Path unpacked() throws IOException {
        Path target = BenchIT.CHECKOUT.resolve(SERVICE).resolve("target");
        try (DirectoryStream<Path> unpacked = Files.newDirectoryStream(target, "unpacked-*[0-9]")) {
            return unpacked.iterator().next();
        }
    }
}
