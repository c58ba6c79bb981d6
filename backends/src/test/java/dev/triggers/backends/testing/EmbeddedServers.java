package dev.triggers.backends.testing;

import dev.triggers.backends.EmbeddedBackends;
import dev.triggers.backends.EmbeddedPart;
import dev.triggers.backends.Ports;
import dev.triggers.backends.PostgresAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The embedded servers, in a temporary directory that is deleted with them: in memory where the machine has a file system
 * for that and room in it. They flush what they write as they always do, and what no test needs is that it outlives the
 * machine.
 */
record EmbeddedServers(EmbeddedBackends embedded, Path directory) implements Servers {

    private static final Path MEMORY = Path.of("/dev/shm");
    private static final long ROOM_BYTES = 4L << 30;
    private static final String NAME = "triggers-backends-";

    static EmbeddedServers begin() {
        try {
            Path parent = inMemory() ? MEMORY : Path.of(System.getProperty("java.io.tmpdir"));
            deleteWhatTheKilledLeft(parent);
            Path directory = Files.createTempDirectory(
                    parent, NAME + ProcessHandle.current().pid() + "-");
            return new EmbeddedServers(EmbeddedBackends.start(directory, Ports.free()), directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean inMemory() throws IOException {
        return Files.isWritable(MEMORY) && Files.getFileStore(MEMORY).getUsableSpace() >= ROOM_BYTES;
    }

    /** Their servers have ended with them. */
    private static void deleteWhatTheKilledLeft(Path parent) throws IOException {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(parent, NAME + "*-*")) {
            for (Path directory : left) {
                String pid = directory
                        .getFileName()
                        .toString()
                        .substring(NAME.length())
                        .replaceFirst("-.*", "");
                if (ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
                    delete(directory);
                }
            }
        }
    }

    /** Another process may be at it too. */
    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException | UncheckedIOException _) {
            // that one was faster
        }
    }

    @Override
    public Server kafka() {
        return new Part(embedded.kafka(), () -> {
            throw new UnsupportedOperationException("the embedded Kafka lives in this JVM and dies with it");
        });
    }

    @Override
    public KillableServer postgreSql() {
        return new Part(embedded.postgreSql(), embedded.postgreSql()::kill);
    }

    @Override
    public KillableServer redis() {
        return new Part(embedded.redis(), embedded.redis()::kill);
    }

    @Override
    public PostgresAddress createDatabase(String name) {
        return embedded.postgreSql().createDatabase(name);
    }

    @Override
    public String kafkaBootstrap() {
        return embedded.kafkaBootstrap();
    }

    @Override
    public PostgresAddress postgres() {
        return embedded.postgres();
    }

    @Override
    public String redisUrl() {
        return embedded.redisUrl();
    }

    @Override
    public void close() {
        embedded.close();
        try {
            delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Part(EmbeddedPart part, Runnable death) implements KillableServer {

        @Override
        public void start() {
            part.start();
        }

        @Override
        public void stop() {
            part.stop();
        }

        @Override
        public boolean running() {
            return part.running();
        }

        @Override
        public void kill() {
            death.run();
        }
    }
}
