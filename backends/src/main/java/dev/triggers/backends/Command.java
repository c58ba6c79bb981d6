package dev.triggers.backends;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program run to its end: how it ended and what it printed. */
record Command(int exitCode, String output) {

    private static final int TIMED_OUT = -1;

    /** Runs {@code words} for at most {@code bound}; what runs longer is killed and counts as failed. */
    static Command run(List<String> words, Duration bound) {
        try {
            // A file, not a pipe: a daemon that the program leaves running may hold its output open.
            Path printed = Files.createTempFile("triggers", ".out");
            try {
                return run(words, bound, printed);
            } finally {
                Files.delete(printed);
            }
        } catch (IOException e) {
            throw new BackendFailure("can not run " + words.getFirst() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackendFailure("interrupted while running " + words.getFirst(), e);
        }
    }

    private static Command run(List<String> words, Duration bound, Path printed)
            throws IOException, InterruptedException {
        var process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(printed.toFile())
                .start();
        if (process.waitFor(bound.toMillis(), TimeUnit.MILLISECONDS)) {
            return new Command(process.exitValue(), Files.readString(printed).strip());
        }
        process.destroyForcibly();
        return new Command(TIMED_OUT, Files.readString(printed).strip() + " (not done within " + bound + ")");
    }

    boolean succeeded() {
        return exitCode == 0;
    }
}
