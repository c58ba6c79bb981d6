package dev.triggers.processor.streams;

import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.processor.topology.AdmissionPolicy;
import dev.triggers.processor.topology.EventTopology;
import dev.triggers.processor.topology.Tally;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A processor that can be killed as a process is: its own JVM. Its transactions stay open for seconds. */
final class ProcessorInAnotherJvm implements AutoCloseable {

    private static final Duration LONG_TRANSACTION = Duration.ofSeconds(8);

    private final Process jvm;

    private ProcessorInAnotherJvm(Process jvm) {
        this.jvm = jvm;
    }

    static ProcessorInAnotherJvm start(String kafkaBootstrap, Path state, String instance) throws IOException {
        List<String> words = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                ProcessorInAnotherJvm.class.getName(),
                kafkaBootstrap,
                state.toString(),
                instance);
        return new ProcessorInAnotherJvm(new ProcessBuilder(words).inheritIO().start());
    }

    /** SIGKILL, and the end of it. */
    void kill() throws InterruptedException {
        jvm.destroyForcibly();
        if (!jvm.waitFor(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("still running: " + jvm.pid());
        }
    }

    @Override
    public void close() {
        jvm.destroyForcibly();
    }

    public static void main(String[] arguments) throws InterruptedException {
        var kafka = KafkaConnection.to(arguments[0]);
        var config = new StreamsSettings(kafka, arguments[1], arguments[2], 1, 0, 1, LONG_TRANSACTION, 8 << 20, 8 << 20)
                .toConfig();
        try (ProcessorRunner runner = new ProcessorRunner(
                kafka, config, new EventTopology(config, AdmissionPolicy.DEFAULT, Tally.NONE), 4, 1)) {
            runner.start();
            Thread.currentThread().join();
        }
    }
}
