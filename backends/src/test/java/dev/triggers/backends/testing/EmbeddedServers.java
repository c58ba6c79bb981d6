package dev.triggers.backends.testing;

import dev.triggers.backends.EmbeddedBackends;
import dev.triggers.backends.EmbeddedPart;
import dev.triggers.backends.Ports;
import dev.triggers.backends.PostgresAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** The embedded servers, in a temporary directory that is deleted with them. */
record EmbeddedServers(EmbeddedBackends embedded, Path directory) implements Servers {

    static EmbeddedServers begin() {
        try {
            Path directory = Files.createTempDirectory("triggers-backends-");
            return new EmbeddedServers(EmbeddedBackends.start(directory, Ports.free()), directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
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
