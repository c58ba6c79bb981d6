package dev.triggers.backends;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A running process that is known to be ours: its program has the expected name and its arguments name our file or
 * directory. A process number alone proves nothing, since numbers are used again. A process that ended but was not yet
 * collected by its parent shows no arguments, so it counts as gone.
 */
final class OwnedProcess {

    private static final long POLL_NANOS = Duration.ofMillis(10).toNanos();
    private static final Duration FAST = Duration.ofMillis(2500);
    private static final Duration IMMEDIATE = Duration.ofMillis(700);
    private static final Duration KILLED = Duration.ofMillis(700);

    private final ProcessHandle process;
    private final String program;
    private final Path mark;

    private OwnedProcess(ProcessHandle process, String program, Path mark) {
        this.process = process;
        this.program = program;
        this.mark = mark;
    }

    /** The process that the first line of {@code pidFile} names, if it runs and is ours. */
    static Optional<OwnedProcess> named(Path pidFile, String program, Path mark) {
        return firstLine(pidFile)
                .flatMap(OwnedProcess::number)
                .flatMap(ProcessHandle::of)
                .map(process -> new OwnedProcess(process, program, mark))
                .filter(OwnedProcess::alive);
    }

    private static Optional<String> firstLine(Path pidFile) {
        try (var lines = Files.lines(pidFile)) {
            return lines.findFirst().map(String::strip);
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    private static Optional<Long> number(String text) {
        return text.matches("\\d{1,10}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }

    long pid() {
        return process.pid();
    }

    Path mark() {
        return mark;
    }

    boolean alive() {
        var info = process.info();
        return runs(process)
                && info.command().map(Path::of).map(Path::getFileName).stream()
                        .anyMatch(name -> name.toString().startsWith(program))
                && info.arguments().map(List::of).orElse(List.of()).contains(mark.toString());
    }

    /**
     * Whether it still holds anything. A process that is ending shows no program any more, but lets go of its ports and
     * files only with its last thread; then it is a zombie of one thread.
     */
    private static boolean runs(ProcessHandle process) {
        if (!process.isAlive()) {
            return false;
        }
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        try (var threads = Files.list(proc.resolve("task"))) {
            String stat = Files.readString(proc.resolve("stat"));
            boolean zombie = "ZX".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) >= 0;
            return !zombie || threads.count() > 1;
        } catch (IOException _) {
            return process.info().command().isPresent(); // no Linux, or gone since
        }
    }

    /** Ends it: asked first (SIGINT), then told (SIGQUIT), then killed; within four seconds. */
    void end() {
        if (signalled("INT", FAST) || signalled("QUIT", IMMEDIATE)) {
            return;
        }
        kill();
    }

    /** Kills it and the processes it started, without a chance to tidy up. */
    void kill() {
        if (!alive()) {
            return;
        }
        var family = process.descendants().toList();
        process.destroyForcibly();
        family.forEach(ProcessHandle::destroyForcibly);
        if (!await(() -> !runs(process) && family.stream().noneMatch(OwnedProcess::runs), KILLED) && runs(process)) {
            throw new BackendFailure(program + " (process " + pid() + ") on " + mark + " can not be ended");
        }
    }

    private boolean signalled(String signal, Duration bound) {
        if (alive()) {
            Command.run(List.of("/bin/sh", "-c", "kill -" + signal + " " + pid()), bound);
        }
        return await(() -> !runs(process), bound);
    }

    /** Whether {@code condition} came to hold within {@code bound}. */
    static boolean await(BooleanSupplier condition, Duration bound) {
        long deadline = System.nanoTime() + bound.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }
}
