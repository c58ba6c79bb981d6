package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A service as it is deployed: unpacked, with its AOT cache, in a JVM of its own, on a free port of 127.0.0.1. The first of a
 * build is unpacked first.
 */
final class ServiceProcess implements AutoCloseable {

    private static final List<String> JVM_OPTIONS =
            List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

    /** As in the images. */
    static final String COLLECTOR = "-XX:+UseSerialGC";

    private static final Pattern A_COLLECTOR = Pattern.compile("-XX:\\+Use\\w+GC");

    /** In a setting: the port it is to listen on. */
    static final String PORT = "PORT";

    private static final Duration READY_WITHIN = Duration.ofSeconds(90);
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(20);
    /** With what it leaves behind: a cache is put together when the service goes. */
    private static final Duration RECORDED_WITHIN = Duration.ofMinutes(3);

    private static final int TAIL_LINES = 30;

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    /** A benchmark that is interrupted leaves nothing behind. */
    private static final Set<Process> ENDED_WITH_US = ConcurrentHashMap.newKeySet();

    /** Of those: SIGTERM would wait in them until they are resumed. */
    private static final Set<Process> SUSPENDED = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            SUSPENDED.forEach(Process::destroyForcibly);
                            ENDED_WITH_US.forEach(Process::destroy);
                        },
                        "services' end"));
    }

    private final Process process;
    private final Path output;
    private final URI address;
    private final Duration stoppedWithin;

    private ServiceProcess(Process process, Path output, URI address, Duration stoppedWithin) {
        this.process = process;
        this.output = output;
        this.address = address;
        this.stoppedWithin = stoppedWithin;
    }

    /**
     * Starts it and returns at once.
     *
     * @param environment its settings; the value {@link #PORT} becomes the port
     */
    static ServiceProcess start(Bench bench, String service, Map<String, String> environment) {
        String script = bench.checkout().resolve("triggers").toString();
        return start(bench, service, List.of(script, "run", service), environment);
    }

    /** The same with a class that is here: something to compare a service with. */
    static ServiceProcess start(Bench bench, Class<?> main, Map<String, String> environment) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> words = List.of(java, "-cp", classPath(), main.getName());
        return start(bench, main.getSimpleName(), words, environment);
    }

    /** From any directory. */
    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static ServiceProcess start(Bench bench, String name, List<String> words, Map<String, String> environment) {
        int port = freePort();
        Path output = bench.directory().resolve(name + "-" + port + "-" + System.nanoTime() + ".out");
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(bench.directory().toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JDK_JAVA_OPTIONS", String.join(" ", jvmOptions(bench, name, port)));
        builder.environment().put(ServiceMemory.ARENAS, ServiceMemory.MOST_ARENAS);
        Optional<Path> recording = bench.recording(name);
        recording.ifPresent(file -> builder.environment().put("TRIGGERS_AOT_OUTPUT", file.toString()));
        environment.forEach(
                (key, value) -> builder.environment().put(key, value.equals(PORT) ? Integer.toString(port) : value));
        try {
            Process process = builder.start();
            ENDED_WITH_US.add(process);
            return new ServiceProcess(
                    process,
                    output,
                    URI.create("http://127.0.0.1:" + port),
                    recording.isPresent() ? RECORDED_WITHIN : STOPPED_WITHIN);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> jvmOptions(Options options, String service) {
        boolean other = options.jvm().stream().anyMatch(A_COLLECTOR.asMatchPredicate());
        Stream<String> asInImages = other
                ? Stream.of()
                : Stream.concat(Stream.of(COLLECTOR), ServiceMemory.of(service).options(options.heap()).stream());
        return Stream.of(
                        Stream.of("-Xmx" + options.heap() + "m"),
                        asInImages,
                        JVM_OPTIONS.stream(),
                        options.jvm().stream())
                .flatMap(some -> some)
                .toList();
    }

    private static List<String> jvmOptions(Bench bench, String name, int port) {
        List<String> options = new ArrayList<>(jvmOptions(bench.options(), name));
        options.addAll(Bench.jvmOptions(bench.options()));
        if (bench.options().profile()) {
            Path file = bench.options().out().toAbsolutePath().resolve(name + "-" + port + ".jfr");
            options.add("'-XX:StartFlightRecording:settings=profile,dumponexit=true,filename=" + file + "'");
        }
        return options;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Another process of a benchmark's: where the benchmark is interrupted, it goes too. */
    static void endWithUs(Process process) {
        ENDED_WITH_US.add(process);
    }

    URI address() {
        return address;
    }

    long pid() {
        return process.pid();
    }

    void awaitReady() throws InterruptedException {
        Wait.until("the service is ready", READY_WITHIN, this::ready);
    }

    /** Throws {@link IllegalStateException} with the end of its output when it has ended. */
    boolean ready() {
        if (!process.isAlive()) {
            throw new IllegalStateException("the service ended:\n" + tail());
        }
        return get("/readyz").map(HttpResponse::statusCode).orElse(0) == 200;
    }

    /** A figure of {@code /metrics}, summed over its labels; 0 while it is not there or not a number. */
    double figure(String name) {
        return figures(name).values().stream()
                .filter(Double::isFinite)
                .mapToDouble(Double::doubleValue)
                .sum();
    }

    /** A figure by its labels, as Prometheus writes them; empty where it has none. */
    Map<String, Double> figures(String name) {
        return get("/metrics").map(answer -> new String(answer.body(), UTF_8)).stream()
                .flatMap(String::lines)
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .collect(Collectors.toMap(
                        line -> line.substring(name.length(), line.lastIndexOf(' ')),
                        line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)),
                        (one, _) -> one));
    }

    private Optional<HttpResponse<byte[]>> get(String path) {
        try {
            return Optional.of(HTTP.send(
                    HttpRequest.newBuilder(address.resolve(path))
                            .timeout(Duration.ofSeconds(5))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray()));
        } catch (IOException _) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Resident memory of the process, now and at its highest. Linux only; elsewhere 0. */
    Resident resident() throws IOException {
        Path status = Path.of("/proc/" + process.pid() + "/status");
        if (!Files.exists(status)) {
            return new Resident(0, 0);
        }
        Map<String, Long> kilobytes = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmRSS") || line.startsWith("VmHWM"))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf(':')),
                        line -> Long.parseLong(line.replaceAll("[^0-9]", ""))));
        return new Resident(kilobytes.getOrDefault("VmRSS", 0L) << 10, kilobytes.getOrDefault("VmHWM", 0L) << 10);
    }

    /** In bytes. */
    record Resident(long now, long most) {}

    /** SIGSTOP: does nothing and keeps what it has, compiled code too, until {@link #resume()}. Not for longer than a session. */
    void suspend() throws IOException, InterruptedException {
        SUSPENDED.add(process);
        signal("STOP");
    }

    /** SIGCONT. */
    void resume() throws IOException, InterruptedException {
        signal("CONT");
        SUSPENDED.remove(process);
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start();
        if (kill.waitFor() != 0) {
            throw new IllegalStateException("SIG" + name + ": not delivered to " + process.pid());
        }
    }

    /** SIGKILL, and its end. */
    void kill() throws InterruptedException {
        process.toHandle().destroyForcibly();
        if (!process.waitFor(STOPPED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("still running: " + process.pid());
        }
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(output);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException e) {
            return output + ": " + e;
        }
    }

    /** SIGTERM; SIGKILL where that takes too long. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(stoppedWithin.toMillis(), TimeUnit.MILLISECONDS)) {
                process.toHandle().destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.toHandle().destroyForcibly();
            Thread.currentThread().interrupt();
        }
        ENDED_WITH_US.remove(process);
    }
}
