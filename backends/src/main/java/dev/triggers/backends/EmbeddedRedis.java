package dev.triggers.backends;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.model.OsArchitecture;

/** A real Redis that is only a cache: at most 64 MB, the least used leaves first, nothing is kept over a stop. */
public final class EmbeddedRedis implements EmbeddedPart {

    private static final String PROGRAM = "redis-server";
    private static final Duration READY = Duration.ofSeconds(5);
    private static final Duration PONG = Duration.ofMillis(500);

    private final Path directory;
    private final int port;
    private final Binaries binaries;
    private @Nullable OwnedProcess server;
    private @Nullable Leash leash;

    EmbeddedRedis(Path directory, int port, Binaries binaries) {
        this.directory = directory;
        this.port = port;
        this.binaries = binaries;
    }

    @Override
    public String name() {
        return "Redis";
    }

    @Override
    public int port() {
        return port;
    }

    /** {@code redis://127.0.0.1:port}. */
    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** The number of its process. Absent while it does not run. */
    public synchronized OptionalLong pid() {
        return server != null && server.alive() ? OptionalLong.of(server.pid()) : OptionalLong.empty();
    }

    @Override
    public synchronized boolean running() {
        return pid().isPresent();
    }

    @Override
    public synchronized void start() {
        if (running()) {
            return;
        }
        letGo();
        process().ifPresent(OwnedProcess::end);
        Ports.requireFree(port, name());
        try {
            Files.createDirectories(directory);
            Files.deleteIfExists(pidFile());
            Files.writeString(settingsFile(), settings());
            launch();
        } catch (IOException e) {
            throw new BackendFailure("Redis on " + directory + " did not start: " + e.getMessage(), e);
        }
    }

    private void launch() throws IOException {
        var started = Command.run(List.of(program().toString(), settingsFile().toString()), READY);
        if (!started.succeeded() || !OwnedProcess.await(this::answers, READY)) {
            process().ifPresent(OwnedProcess::kill);
            throw new BackendFailure("Redis at " + url() + " did not start: " + started.output() + log());
        }
        server = process()
                .orElseThrow(() -> new BackendFailure("port " + port + " on 127.0.0.1, wanted by Redis, is taken"));
        leash = Leash.on(server);
    }

    /** The first of the packed programs that runs here: the usual one needs OpenSSL 3, the 32-bit one needs nothing. */
    private Path program() throws IOException {
        var packed = ExecutableProvider.newProvidedVersionsMap();
        var here = OsArchitecture.detectOSandArchitecture();
        var others = here.equals(OsArchitecture.UNIX_x86_64)
                ? Stream.of(OsArchitecture.UNIX_x86)
                : Stream.<OsArchitecture>of();
        for (var candidate : Stream.concat(Stream.of(here), others).toList()) {
            @Nullable String resource = packed.get(candidate);
            if (resource != null) {
                var program = unpacked(resource);
                if (Command.run(List.of(program.toString(), "--version"), READY).succeeded()) {
                    return program;
                }
            }
        }
        throw new BackendFailure("no Redis program runs on this machine (" + System.getProperty("os.name") + ", "
                + System.getProperty("os.arch") + ")");
    }

    private Path unpacked(String resource) throws IOException {
        var name = resource.substring(resource.lastIndexOf('/') + 1);
        try (var program = EmbeddedRedis.class.getResourceAsStream("/" + name)) {
            if (program == null) {
                throw new IOException("no " + name + " on the class path");
            }
            return binaries.program(name, program).resolve(name);
        }
    }

    private boolean answers() {
        try {
            RedisPing.send(URI.create(url()), PONG);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public synchronized void stop() {
        letGo();
        process().ifPresent(OwnedProcess::end);
        server = null;
    }

    /** Kills it with all it holds, as a crash would. */
    public synchronized void kill() {
        letGo();
        process().ifPresent(OwnedProcess::kill);
        server = null;
    }

    private void letGo() {
        if (leash != null) {
            leash.close();
            leash = null;
        }
    }

    private Optional<OwnedProcess> process() {
        return OwnedProcess.named(pidFile(), PROGRAM, settingsFile());
    }

    private Path pidFile() {
        return directory.resolve("redis.pid");
    }

    private Path settingsFile() {
        return directory.resolve("redis.conf");
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("redis.log"));
        } catch (IOException _) {
            return "";
        }
    }

    /** As a daemon it has a session of its own; its title stays as started, by which {@link OwnedProcess} knows it. */
    private String settings() {
        return """
                bind 127.0.0.1
                port %d
                protected-mode yes
                daemonize yes
                set-proc-title no
                dir %s
                pidfile %s
                logfile %s
                loglevel warning
                save ""
                appendonly no
                maxmemory 64mb
                maxmemory-policy allkeys-lru
                """.formatted(port, quoted(directory), quoted(pidFile()), quoted(directory.resolve("redis.log")));
    }

    private static String quoted(Path path) {
        return '"' + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
