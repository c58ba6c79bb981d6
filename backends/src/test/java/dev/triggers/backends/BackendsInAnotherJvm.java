package dev.triggers.backends;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A JVM with {@link EmbeddedBackends} of its own, to be killed. It writes records and rows without end and says each
 * number once that number was acknowledged by Kafka and committed by PostgreSQL.
 */
final class BackendsInAnotherJvm implements AutoCloseable {

    static final String TOPIC = "written";
    private static final int BOUND_SECONDS = 60;

    private final Path complaints;
    private final Process jvm;
    private final LinkedBlockingQueue<String> said = new LinkedBlockingQueue<>();
    private final Thread listener;
    private final List<Long> servers;

    private BackendsInAnotherJvm(Path complaints, Process jvm) throws IOException, InterruptedException {
        this.complaints = complaints;
        this.jvm = jvm;
        this.listener = Thread.ofVirtual().start(this::listen);
        this.servers = Stream.of(await("ready ").split(" ", -1))
                .skip(1)
                .map(Long::parseLong)
                .toList();
    }

    static BackendsInAnotherJvm on(Path directory) throws IOException, InterruptedException {
        var words = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dslf4j.internal.verbosity=ERROR",
                "-cp",
                System.getProperty("java.class.path"),
                BackendsInAnotherJvm.class.getName(),
                directory.toString());
        var complaints = directory.resolve("stderr");
        return new BackendsInAnotherJvm(
                complaints,
                new ProcessBuilder(words).redirectError(complaints.toFile()).start());
    }

    private void listen() {
        try (var lines = new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                said.add(line);
            }
        } catch (IOException _) {
            // The test is over and closed the pipe.
        }
    }

    /** The first line from now on that begins so. */
    String await(String beginning) throws IOException, InterruptedException {
        while (true) {
            var line = said.poll(BOUND_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError(
                        "the other JVM did not say: " + beginning + "\n" + Files.readString(complaints));
            }
            if (line.startsWith(beginning)) {
                return line;
            }
        }
    }

    /** Kills it and returns the highest number that it said. */
    int killAfter(String number) throws IOException, InterruptedException {
        int last = Integer.parseInt(await("kept " + number).substring("kept ".length()));
        // By its number: Process.destroyForcibly would close the pipe on what it said last.
        ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroyForcibly);
        jvm.waitFor();
        listener.join();
        for (var line : said) {
            last = line.matches("kept \\d+") ? Integer.parseInt(line.substring("kept ".length())) : last;
        }
        return last;
    }

    long pid() {
        return jvm.pid();
    }

    /** PostgreSQL and Redis. */
    List<Long> servers() {
        return servers;
    }

    /** The shells that would end its servers. */
    List<ProcessHandle> leashes() {
        return jvm.children().toList();
    }

    @Override
    public void close() {
        jvm.destroyForcibly().onExit().join();
    }

    public static void main(String[] arguments) throws Exception {
        var backends = EmbeddedBackends.start(Path.of(arguments[0]), Ports.free());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            // Long enough for servers that got the signal too to be gone.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
            say("servers " + backends.postgreSql().running() + " "
                    + backends.redis().running());
            backends.close();
            say("closed");
        }));
        var clients = new Clients(backends);
        clients.createTopic(TOPIC);
        clients.execute("create table written (number int primary key)");
        say("ready " + backends.postgreSql().pid().orElseThrow() + " "
                + backends.redis().pid().orElseThrow());
        try (var producer = clients.producer();
                var connection = backends.postgres().connect(Duration.ofSeconds(10));
                var insert = connection.prepareStatement("insert into written values (?)")) {
            for (int number = 1; ; number++) {
                producer.send(new ProducerRecord<>(TOPIC, Integer.toString(number)))
                        .get();
                insert.setInt(1, number);
                insert.executeUpdate();
                say("kept " + number);
            }
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
