package dev.triggers.backends;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real Kafka of one node, broker and controller, in this JVM. To kill it is to kill the JVM; what it acknowledged is
 * there after the next start.
 */
public final class EmbeddedKafka implements EmbeddedPart {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedKafka.class);

    /** One that hangs. It takes half a second to end, and on a machine with too much to do several. */
    private static final Duration STOPPED = Duration.ofSeconds(20);

    private final Path directory;
    private final int port;
    private final int controllerPort;
    private final Optional<KafkaSecurity> security;
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
    private @Nullable KafkaRaftServer server;

    /** @param security absent: anybody may do anything */
    EmbeddedKafka(Path directory, int port, int controllerPort, Optional<KafkaSecurity> security) {
        this.directory = directory;
        this.port = port;
        this.controllerPort = controllerPort;
        this.security = security;
    }

    @Override
    public String name() {
        return "Kafka";
    }

    @Override
    public int port() {
        return port;
    }

    /** {@code 127.0.0.1:port}. */
    public String bootstrap() {
        return "127.0.0.1:" + port;
    }

    /** Why the broker gave up by itself since its last start; it does not take the JVM with it. Absent if it did not. */
    public Optional<String> failure() {
        return Optional.ofNullable(failure.get());
    }

    @Override
    public synchronized void start() {
        if (server != null) {
            return;
        }
        Ports.requireFree(port, name());
        Ports.requireFree(controllerPort, "Kafka's controller");
        failure.set(null);
        format();
        BrokerExits.report(this);
        var settings = KafkaSettings.oneNode(directory, port, controllerPort);
        security.ifPresent(asked -> settings.putAll(asked.broker(port, controllerPort)));
        var config = new KafkaConfig(settings, false);
        var starting = new KafkaRaftServer(config, Time.SYSTEM);
        try {
            starting.startup();
        } catch (RuntimeException e) {
            var failed = new BackendFailure("Kafka at " + bootstrap() + " on " + directory + " did not start: " + e, e);
            try {
                stop(starting);
                BrokerExits.forget(this);
            } catch (BackendFailure stopping) {
                failed.addSuppressed(stopping);
            }
            throw failed;
        }
        server = starting;
    }

    private void format() {
        if (Files.exists(directory.resolve("meta.properties"))) {
            return;
        }
        try (var quiet = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            Files.createDirectories(directory);
            new Formatter()
                    .setPrintStream(quiet)
                    .setNodeId(KafkaSettings.NODE_ID)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setControllerListenerName(KafkaSettings.CONTROLLER)
                    .addDirectory(directory.toString())
                    .setMetadataLogDirectory(directory.toString())
                    .setScramArguments(security.map(KafkaSecurity::superUserAsScram).stream()
                            .toList())
                    .run();
        } catch (IOException e) {
            throw new BackendFailure("can not write to " + directory + ": " + e.getMessage(), e);
        } catch (Exception e) {
            throw new BackendFailure("can not format " + directory + " for Kafka: " + e.getMessage(), e);
        }
    }

    /** @throws BackendFailure if it does not end in time; its port then stays taken until the JVM ends */
    @Override
    public synchronized void stop() {
        var stopping = server;
        if (stopping == null) {
            return;
        }
        server = null;
        stop(stopping);
        BrokerExits.forget(this);
    }

    private void stop(KafkaRaftServer stopping) {
        var thread = Thread.ofPlatform().daemon().name("kafka-stop").start(() -> {
            stopping.shutdown();
            stopping.awaitShutdown();
        });
        try {
            if (!thread.join(STOPPED)) {
                throw new BackendFailure("Kafka at " + bootstrap() + " did not stop within " + STOPPED);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BackendFailure("interrupted while Kafka at " + bootstrap() + " was stopping", e);
        }
    }

    @Override
    public synchronized boolean running() {
        return server != null && failure.get() == null;
    }

    void failed(String why) {
        if (failure.compareAndSet(null, why)) {
            LOG.atError()
                    .addKeyValue("bootstrap", bootstrap())
                    .addKeyValue("directory", directory)
                    .addKeyValue("why", why)
                    .log("Kafka gave up and wanted to end this process");
        }
    }
}
