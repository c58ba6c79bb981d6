package dev.triggers.proof.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a scenario runs on: empty servers, started for it alone, and a directory that is gone afterwards. In a smoke run
 * all scenarios share them.
 */
final class Bench implements AutoCloseable {

    /** Partitions of every topic. */
    static final int PARTITIONS = 12;

    private static final List<String> QUICK_TO_START = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private final Options options;
    private final BackendsProcess backends;
    private final Path directory;
    private final Path checkout;
    private final Progress progress;
    private @Nullable Pipeline pipeline;
    private @Nullable Path recordings;

    private Bench(Options options, BackendsProcess backends, Path directory, Path checkout, Progress progress) {
        this.options = options;
        this.backends = backends;
        this.directory = directory;
        this.checkout = checkout;
        this.progress = progress;
    }

    static Bench start(Options options, Path checkout, Progress progress) throws IOException {
        Path work = Files.createDirectories(options.out().toAbsolutePath());
        Path directory = Files.createTempDirectory(work, "work-");
        try {
            return new Bench(
                    options, BackendsProcess.start(directory, jvmOptions(options)), directory, checkout, progress);
        } catch (IOException | RuntimeException e) {
            delete(directory);
            throw e;
        }
    }

    /** Of every process of it. */
    static List<String> jvmOptions(Options options) {
        return options.smoke() ? QUICK_TO_START : List.of();
    }

    Options options() {
        return options;
    }

    BackendsProcess backends() {
        return backends;
    }

    Path directory() {
        return directory;
    }

    /** Where the services' jars are. */
    Path checkout() {
        return checkout;
    }

    Progress progress() {
        return progress;
    }

    /** Has services that start from now on leave an AOT cache of their run in a directory, by their names. */
    void record(Path recordings) {
        this.recordings = recordings;
    }

    /** Where a service that starts now is to leave its AOT cache; absent: nowhere, it starts from the one it has. */
    Optional<Path> recording(String service) {
        return Optional.ofNullable(recordings).map(directory -> directory.resolve(service + ".aot"));
    }

    /** The services of this bench; none runs before it is asked for. */
    Pipeline pipeline() throws SQLException {
        Pipeline there = pipeline;
        if (there == null) {
            there = new Pipeline(this);
            pipeline = there;
        }
        return there;
    }

    String kafka() {
        return backends.kafka();
    }

    /** Process ids of the JVMs that run: the load's, the servers', the services'. */
    List<Long> jvms() {
        List<Long> jvms = new ArrayList<>(List.of(ProcessHandle.current().pid(), backends.pid()));
        if (pipeline != null) {
            pipeline.running().values().forEach(service -> jvms.add(service.pid()));
        }
        return jvms;
    }

    /** So long is measured. */
    Duration seconds(int otherwise) {
        return Duration.ofSeconds(options.smoke() ? 1 : options.seconds().orElse(otherwise));
    }

    /** As many as this, or in a smoke run hardly any. */
    int many(int otherwise) {
        return options.smoke() ? Math.min(otherwise, 2_000) : otherwise;
    }

    /** As many as this, or in a smoke run the other. */
    int few(int otherwise, int inSmoke) {
        return options.smoke() ? inSmoke : otherwise;
    }

    /** As long as this, or in a smoke run hardly at all. */
    Duration shorter(Duration otherwise) {
        return options.smoke() ? Duration.ofMillis(200) : otherwise;
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
        Pipeline there = pipeline;
        if (there != null) {
            there.close();
        }
        backends.close();
        delete(directory);
    }
}
