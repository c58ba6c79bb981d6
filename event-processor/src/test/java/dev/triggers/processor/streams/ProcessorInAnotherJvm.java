package dev.triggers.processor.streams;

import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.processor.dedup.FilterPool;
import dev.triggers.processor.topology.AdmissionPolicy;
import dev.triggers.processor.topology.EventTopology;
import dev.triggers.processor.topology.Tally;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A processor that can be killed as a process is: its own JVM. */
final class ProcessorInAnotherJvm implements AutoCloseable {

    /** Not while a test runs: transactions end after their interval. */
    private static final Duration NEVER = Duration.ofDays(1);

    private final Process jvm;

    private ProcessorInAnotherJvm(Process jvm) {
        this.jvm = jvm;
    }

    /** @param commitInterval how long its transactions stay open */
    static ProcessorInAnotherJvm start(
            String kafkaBootstrap, Path state, String instance, int standbyReplicas, Duration commitInterval)
            throws IOException {
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
                instance,
                Integer.toString(standbyReplicas),
                commitInterval.toString());
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
        var config = new StreamsSettings(
                        kafka,
                        arguments[1],
                        arguments[2],
                        1,
                        Integer.parseInt(arguments[3]),
                        1,
                        Duration.parse(arguments[4]),
                        8 << 20,
                        8 << 20)
                .toConfig();
        try (ProcessorRunner runner = new ProcessorRunner(
                kafka,
                config,
                new EventTopology(config, AdmissionPolicy.DEFAULT, new FilterPool(1 << 20), Tally.NONE, NEVER),
                4,
                1)) {
            runner.start();
            Thread.currentThread().join();
        }
    }
}
