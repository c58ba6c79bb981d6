package dev.triggers.backends;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;

/** A PostgreSQL data directory, with the superuser's password beside it: made once, whole or not at all. */
record PostgresCluster(Path directory, PostgresPrograms programs) {

    private static final String SUPERUSER = "postgres";
    private static final Duration CREATED = Duration.ofSeconds(60);
    private static final Duration ORPHANS_END = Duration.ofSeconds(5);
    private static final int LOG_TAIL_CHARS = 2000;

    /** Given on the command line, where no file and no ALTER SYSTEM overrules them. */
    private static final String SETTINGS = String.join(
            " -c ",
            "",
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=on",
            "full_page_writes=on",
            "synchronous_commit=on",
            "max_connections=100",
            "shared_buffers=128MB",
            "log_checkpoints=off",
            "timezone=UTC");

    static Path data(Path directory) {
        return directory.resolve("data");
    }

    void createIfAbsent() throws IOException {
        var data = data(directory);
        if (Files.exists(data)) {
            return;
        }
        var unfinished = directory.resolve("unfinished");
        Files.createDirectories(directory);
        Trees.delete(unfinished);
        writePassword();
        var created = programs.run(
                CREATED,
                "initdb",
                "--pgdata=" + unfinished,
                "--username=" + SUPERUSER,
                "--pwfile=" + passwordFile(),
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8");
        if (!created.succeeded()) {
            throw new BackendFailure("no PostgreSQL data in " + directory + ": " + created.output());
        }
        Files.move(unfinished, data, StandardCopyOption.ATOMIC_MOVE);
    }

    private void writePassword() throws IOException {
        byte[] password = new byte[24];
        new SecureRandom().nextBytes(password);
        Files.deleteIfExists(passwordFile());
        Files.createFile(
                passwordFile(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(passwordFile(), HexFormat.of().formatHex(password));
    }

    /** Returns when the server answers; it has then a session of its own, apart from this process's terminal. */
    void start(int port, Duration bound) throws IOException {
        forgetTheDead();
        var log = directory.resolve("postgres.log");
        long deadline = System.nanoTime() + ORPHANS_END.toNanos();
        while (!started(port, bound, log)) {
            var why = tail(log);
            // Sessions of a killed server hold its shared memory until they notice that it is gone.
            if (!why.contains("shared memory block") || System.nanoTime() - deadline > 0) {
                throw new BackendFailure("PostgreSQL on " + directory + " did not start: " + why);
            }
        }
    }

    /**
     * A server that was killed and not yet collected by its parent, or a stranger that has its number now, looks to
     * PostgreSQL like a server on this data. Called when ours is known to be gone; its sessions end by themselves.
     */
    private void forgetTheDead() throws IOException {
        var pidFile = data(directory).resolve("postmaster.pid");
        if (Files.exists(pidFile) && OwnedProcess.await(this::nobodyWorksHere, ORPHANS_END)) {
            Files.delete(pidFile);
        }
    }

    /** Every process of a server has its data as working directory, which only Linux shows. */
    private boolean nobodyWorksHere() {
        var data = data(directory);
        return Files.exists(Path.of("/proc/self/cwd"))
                && ProcessHandle.allProcesses().noneMatch(process -> worksIn(data, process.pid()));
    }

    private static boolean worksIn(Path folder, long pid) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "cwd"))
                    .equals(folder);
        } catch (IOException _) {
            return false; // Gone, or another user's.
        }
    }

    private boolean started(int port, Duration bound, Path log) throws IOException {
        Files.deleteIfExists(log);
        return programs.run(
                        bound.plusSeconds(5),
                        "pg_ctl",
                        "start",
                        "--wait",
                        "--timeout=" + bound.toSeconds(),
                        "--silent",
                        "--pgdata=" + data(directory),
                        "--log=" + log,
                        "--options=-p " + port + SETTINGS)
                .succeeded();
    }

    private static String tail(Path log) throws IOException {
        var text = Files.exists(log) ? Files.readString(log) : "(no log)";
        return text.substring(Math.max(0, text.length() - LOG_TAIL_CHARS)).strip();
    }

    PostgresAddress superuser(int port) throws IOException {
        return PostgresAddress.local(port, SUPERUSER, SUPERUSER, Files.readString(passwordFile()));
    }

    private Path passwordFile() {
        return directory.resolve("superuser");
    }
}
