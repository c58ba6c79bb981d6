package dev.triggers.proof;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process of the project, its output in a file. */
final class Launched implements AutoCloseable {

    private final Process process;
    private final Path output;

    private Launched(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Starts a command in the root of the checkout. */
    static Launched start(Path output, Map<String, String> environment, List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(Project.ROOT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        try {
            return new Launched(builder.start(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A port that was free a moment ago. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** What it has printed until now. While it runs, the last line, and the last character of it, may be half there. */
    String output() {
        try {
            return new String(Files.readAllBytes(output), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it has printed until now in whole lines: what stands behind the last line's end is not part of it. */
    String wholeLines() {
        String printed = output();
        return printed.substring(0, printed.lastIndexOf('\n') + 1);
    }

    void awaitOutput(String text, Duration within) {
        await().atMost(within).pollInterval(Duration.ofMillis(50)).until(() -> {
            if (!process.isAlive() && !output().contains(text)) {
                throw new IllegalStateException("it ended: " + output());
            }
            return output().contains(text);
        });
    }

    /** Waits for its end. Throws when it goes on for longer. */
    int awaitEnd(Duration within) {
        try {
            if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("still running after " + within + ": " + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** SIGTERM, not waited for. */
    void terminate() {
        process.destroy();
    }

    /** SIGTERM, and its end within so long. */
    void stop(Duration within) {
        process.destroy();
        awaitEnd(within);
    }

    /** SIGKILL: no chance to put anything in order. */
    void kill() {
        process.toHandle().destroyForcibly();
        awaitEnd(Duration.ofSeconds(10));
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            process.destroy();
            try {
                awaitEnd(Duration.ofSeconds(15));
            } finally {
                process.toHandle().destroyForcibly();
            }
        }
    }
}
