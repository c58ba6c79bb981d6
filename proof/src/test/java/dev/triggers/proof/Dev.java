package dev.triggers.proof;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code ./triggers dev} on a free port and a data directory of its own. */
final class Dev implements AutoCloseable {

    /** The first start of a build leaves an AOT cache behind. */
    private static final Duration READY = Duration.ofSeconds(300);

    /**
     * A producer waits for the log for up to 15 s: a machine that runs several brokers and builds may stop for longer than
     * the 2 s of the default, and these tests are not about that.
     */
    static final Map<String, String> PATIENT = Map.of(
            "TRIGGERS_INGEST_DEADLINE", "15s",
            "TRIGGERS_INGEST_KAFKA_DELIVERYTIMEOUT", "12s",
            "TRIGGERS_INGEST_KAFKA_REQUESTTIMEOUT", "10s");

    /** A JVM that compiles with the first compiler alone: for a few hundred requests the second takes more than it gives. */
    private static final Map<String, String> FRUGAL = Map.of("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1");

    private static final Path CLI = Project.ROOT.resolve("cli/target");

    private final Path data;
    private final int port;
    private final Map<String, String> environment;
    private Launched process;

    private Dev(Path data, int port, Map<String, String> environment, String... options) {
        this.data = data;
        this.port = port;
        this.environment = environment;
        this.process = launch(options);
    }

    /** As it is for whoever types it. */
    static Dev start(Path data) {
        return start(data, Map.of());
    }

    /** The same with less of the machine, for tests that are not about the process. */
    static Dev startFrugally(Path data) {
        Map<String, String> environment = new HashMap<>(PATIENT);
        environment.putAll(FRUGAL);
        return start(data, environment);
    }

    /** The first of a build is alone and has the usual JVM: it leaves the cache that all others start from. */
    private static Dev start(Path data, Map<String, String> environment) {
        try (FileChannel file = FileChannel.open(CLI.resolve("first-dev.lock"), CREATE, WRITE);
                FileLock _ = file.lock()) {
            if (!prepared()) {
                return new Dev(data, Launched.freePort(), environment.isEmpty() ? environment : PATIENT);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Dev(data, Launched.freePort(), environment);
    }

    /** Whether a start of this build has left its AOT cache. */
    private static boolean prepared() throws IOException {
        FileTime built = Files.getLastModifiedTime(CLI.resolve("classpath"));
        try (DirectoryStream<Path> caches = Files.newDirectoryStream(CLI, "dev-*.aot")) {
            for (Path cache : caches) {
                if (Files.getLastModifiedTime(cache).compareTo(built) > 0) {
                    return true;
                }
            }
        }
        return false;
    }

    /** {@code --fresh} on the data of one that has ended, on the same port. */
    Dev startFresh() {
        return new Dev(data, port, environment, "--fresh");
    }

    private Launched launch(String... options) {
        Launched launched = command(data, port, "dev.out", environment, options);
        try {
            launched.awaitOutput("Triggers is ready", READY);
            return launched;
        } catch (RuntimeException e) {
            launched.close();
            throw e;
        }
    }

    /** The command alone, not waited for. */
    static Launched command(Path data, int port, String output) {
        return command(data, port, output, Map.of());
    }

    private static Launched command(
            Path data, int port, String output, Map<String, String> environment, String... options) {
        List<String> words = new ArrayList<>(
                List.of("./triggers", "dev", "--port", Integer.toString(port), "--data", data.toString()));
        words.addAll(List.of(options));
        return Launched.start(data.resolveSibling(data.getFileName() + "." + output), environment, words);
    }

    /** Starts again on the same data, once it has ended. */
    void startAgain() {
        process = launch();
    }

    Launched process() {
        return process;
    }

    Path data() {
        return data;
    }

    int port() {
        return port;
    }

    String output() {
        return process.output();
    }

    /** What {@code dev.env} exports. */
    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        try {
            for (String line : Files.readAllLines(data.resolve("dev.env"))) {
                String assignment = line.replaceFirst("^export ", "");
                int equals = assignment.indexOf('=');
                environment.put(
                        assignment.substring(0, equals),
                        assignment.substring(equals + 1).replace("'", ""));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return environment;
    }

    String env(String name) {
        String value = environment().get(name);
        if (value == null) {
            throw new IllegalStateException(name + ": not in dev.env");
        }
        return value;
    }

    /** A request of the operator's. */
    HttpRequest.Builder operator(String path) {
        return HttpRequest.newBuilder(URI.create(env("TRIGGERS_URL") + path))
                .header("Authorization", "Bearer " + env("TRIGGERS_ADMIN_TOKEN"))
                .header("Content-Type", "application/json");
    }

    /** The id of a new org. */
    String newOrgId() {
        HttpRequest request = operator("/v1/orgs")
                .POST(BodyPublishers.ofString("{\"name\":\"proof\",\"tier\":\"free\"}"))
                .build();
        return Client.JSON.readTree(Client.send(request).body()).at("/org/id").asString();
    }

    /** A client of a new org. */
    Client newOrg() {
        return Client.ofNewOrg(
                URI.create(env("TRIGGERS_URL")), URI.create(env("TRIGGERS_URL")), env("TRIGGERS_ADMIN_TOKEN"));
    }

    /** What anyone may read. */
    HttpResponse<byte[]> get(String path) {
        return Client.send(
                HttpRequest.newBuilder(URI.create(env("TRIGGERS_URL") + path)).build());
    }

    @Override
    public void close() {
        process.close();
    }
}
