package dev.triggers.proof.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code ./triggers dev} as somebody types it, on a free port, with its data in a directory: everything in one process and its children. */
final class DevProcess implements Servers, AutoCloseable {

    private static final Duration READY_WITHIN = Duration.ofMinutes(5); // the first of a build leaves an AOT cache
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(20);
    private static final String READY = "Triggers is ready";

    private final Process process;
    private final Path data;
    private final Path output;

    private DevProcess(Process process, Path data, Path output) {
        this.process = process;
        this.data = data;
        this.output = output;
    }

    /** Returns when it says that it is ready. */
    static DevProcess start(Bench bench, Path data) throws IOException, InterruptedException {
        Path output = data.resolveSibling(data.getFileName() + ".out");
        ProcessBuilder builder = new ProcessBuilder(
                        bench.checkout().resolve("triggers").toString(),
                        "dev",
                        "--port",
                        "0",
                        "--data",
                        data.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        if (bench.options().smoke()) {
            builder.environment().put("TRIGGERS_AOT", "off");
            builder.environment().put("JDK_JAVA_OPTIONS", String.join(" ", Bench.jvmOptions(bench.options())));
        }
        Process started = builder.start();
        ServiceProcess.endWithUs(started);
        DevProcess dev = new DevProcess(started, data, output);
        try {
            Wait.until("dev is ready", READY_WITHIN, dev::ready);
            return dev;
        } catch (RuntimeException | InterruptedException e) {
            dev.close();
            throw e;
        }
    }

    private boolean ready() {
        if (!process.isAlive()) {
            throw new IllegalStateException("dev ended:\n" + said());
        }
        return said().contains(READY);
    }

    private String said() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI address() {
        return URI.create(environment("TRIGGERS_URL"));
    }

    Operator operator() {
        return new Operator(address(), environment("TRIGGERS_ADMIN_TOKEN"));
    }

    @Override
    public String kafka() {
        return environment("KAFKA_BOOTSTRAP");
    }

    @Override
    public Connection connect() throws SQLException {
        URI url = URI.create(environment("POSTGRES_URL"));
        String[] who = url.getUserInfo().split(":", 2);
        return DriverManager.getConnection(
                "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath(), who[0], who[1]);
    }

    /** Of what it leaves for shells to source. */
    private String environment(String name) {
        String begin = "export " + name + "=";
        try (Stream<String> lines = Files.lines(data.resolve("dev.env"))) {
            return lines.filter(line -> line.startsWith(begin))
                    .map(line -> line.substring(begin.length()).replace("'", ""))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(name + ": not in dev.env"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Resident bytes of all its processes, what they share counted once; 0 but on Linux. */
    long resident() throws IOException {
        long bytes = 0;
        for (ProcessHandle one :
                ProcessHandle.allProcesses().filter(this::isOurs).toList()) {
            bytes += resident(one.pid());
        }
        return bytes;
    }

    /** Servers have a session of their own, so that they are told by where they work. */
    private boolean isOurs(ProcessHandle one) {
        if (one.pid() == process.pid()) {
            return true;
        }
        Path proc = Path.of("/proc", Long.toString(one.pid()));
        try {
            return Files.readSymbolicLink(proc.resolve("cwd")).startsWith(data)
                    || Files.readString(proc.resolve("cmdline")).contains(data.toString());
        } catch (IOException _) {
            return false; // gone meanwhile, or not to be seen
        }
    }

    private static long resident(long pid) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "smaps_rollup"))) {
            return lines.filter(line -> line.startsWith("Pss:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                    .sum();
        } catch (NoSuchFileException _) {
            return 0; // gone meanwhile
        }
    }

    /** SIGTERM; SIGKILL where that takes too long. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOPPED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
