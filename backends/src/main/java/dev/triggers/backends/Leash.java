package dev.triggers.backends;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Ends a server when this JVM dies, however it dies: a shell that waits on a pipe which only this JVM holds open. It
 * ignores what a terminal sends, so Ctrl-C reaches the server through this JVM's own shutdown and not before.
 */
final class Leash implements AutoCloseable {

    /** A line means: let go. The end of the pipe means: the JVM is dead, so end the process if it still is the one. */
    private static final String WATCH = """
            trap '' INT HUP TERM QUIT
            read -r _ && exit 0
            case "$({ tr '\\0' ' ' </proc/$1/cmdline || ps -o args= -p $1; } 2>/dev/null)" in
              *"$2"*) kill -INT $1 ;;
            esac
            """;

    private final Process watcher;

    private Leash(Process watcher) {
        this.watcher = watcher;
    }

    static Leash on(OwnedProcess server) {
        var words = List.of(
                "/bin/sh",
                "-c",
                WATCH,
                "leash",
                Long.toString(server.pid()),
                server.mark().toString());
        try {
            return new Leash(new ProcessBuilder(words)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start());
        } catch (IOException e) {
            throw new BackendFailure("can not watch process " + server.pid() + ": " + e.getMessage(), e);
        }
    }

    /** Lets go without ending the server. May be called again. */
    @Override
    public void close() {
        try (var pipe = watcher.getOutputStream()) {
            pipe.write('\n');
        } catch (IOException _) {
            // It ended by itself; nothing holds the server any more.
        }
        try {
            if (!watcher.waitFor(1, TimeUnit.SECONDS)) {
                watcher.destroyForcibly();
            }
        } catch (InterruptedException _) {
            watcher.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
