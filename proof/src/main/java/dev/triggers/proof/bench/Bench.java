package dev.triggers.proof.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a scenario runs on: empty servers, started for it alone, and a directory that is gone afterwards. In a smoke run
 * all scenarios share them.
 *
 * @param checkout where the services' jars are
 */
record Bench(Options options, BackendsProcess backends, Path directory, Path checkout, Progress progress)
        implements AutoCloseable {

    /** Partitions of every topic. */
    static final int PARTITIONS = 12;

    static Bench start(Options options, Path checkout, Progress progress) throws IOException {
        Path work = Files.createDirectories(options.out().toAbsolutePath());
        Path directory = Files.createTempDirectory(work, "work-");
        try {
            return new Bench(options, BackendsProcess.start(directory), directory, checkout, progress);
        } catch (IOException | RuntimeException e) {
            delete(directory);
            throw e;
        }
    }

    String kafka() {
        return backends.kafka();
    }

    /** So long is measured. */
    Duration seconds(int otherwise) {
        return Duration.ofSeconds(options.smoke() ? 1 : options.seconds().orElse(otherwise));
    }

    /** As many as this, or in a smoke run hardly any. */
    int many(int otherwise) {
        return options.smoke() ? Math.min(otherwise, 2_000) : otherwise;
    }

    <T> List<T> some(List<T> all) {
        return options.smoke() ? all.subList(0, 1) : all;
    }

    /** Lets a service go as if it were killed. In a smoke run it goes in order, so that nobody waits for its session's end. */
    void fell(ServiceProcess victim) throws InterruptedException {
        if (options.smoke()) {
            victim.close();
        } else {
            victim.kill();
        }
    }

    /** The bytes of all files below a directory; one that is deleted meanwhile counts as none. */
    static long bytesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.map(Path::toFile)
                    .filter(File::isFile)
                    .mapToLong(File::length)
                    .sum();
        }
    }

    /** Lays what servers and services said beside the results, before it is gone. Says where. */
    Path keepOutput(String scenario) throws IOException {
        Path kept = Files.createDirectories(options.out().resolve("failed-" + scenario));
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, kept.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return kept;
    }

    static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Override
    public void close() throws IOException {
        backends.close();
        delete(directory);
    }
}
