package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.LeasePolicy;
import dev.triggers.inbox.Leases;
import dev.triggers.inbox.Leases.Lease;
import dev.triggers.inbox.kafka.KafkaDispositions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * An instance that leases everything, acknowledges it, and stops at one point for ever: a process of its own, to be killed
 * there.
 */
final class InboxInAnotherJvm implements AutoCloseable {

    /** Where it stops. */
    enum Stop {
        BETWEEN_APPEND_AND_COMMIT,
        BETWEEN_COMMIT_AND_ANSWER
    }

    private static final String THERE = "there: ";

    private final Process jvm;

    private InboxInAnotherJvm(Process jvm) {
        this.jvm = jvm;
    }

    static InboxInAnotherJvm start(String kafkaBootstrap, String jdbcUrl, String password, OrgId org, Stop stop)
            throws IOException {
        List<String> words = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                InboxInAnotherJvm.class.getName(),
                kafkaBootstrap,
                jdbcUrl,
                password,
                org.toString(),
                stop.toString());
        return new InboxInAnotherJvm(new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Waits until it stands where it stops. The number of the lease that it holds or held. */
    long awaitStop() throws IOException {
        BufferedReader output = new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8));
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(THERE)) {
                return Long.parseLong(line.substring(THERE.length()));
            }
        }
        throw new IllegalStateException("it ended before it stopped");
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
        PGSimpleDataSource reader = new PGSimpleDataSource();
        reader.setUrl(arguments[1]);
        reader.setUser("triggers_reader");
        reader.setPassword(arguments[2]);
        OrgId org = OrgId.parse(arguments[3]);
        InboxId inbox = InboxId.defaultOf(org);
        Stop stop = Stop.valueOf(arguments[4]);
        try (KafkaDispositions kafka = new KafkaDispositions(KafkaConnection.to(arguments[0]))) {
            long[] number = new long[1];
            DispositionLog log = disposition -> {
                append(kafka, disposition);
                if (stop == Stop.BETWEEN_APPEND_AND_COMMIT) {
                    standStill(number[0]);
                }
            };
            Leases leases = new PostgresLeases(new InboxTurns(reader, log), LeasePolicy.DEFAULT);
            Lease lease = leases.lease(org, inbox, 100, Duration.ofMinutes(5)).orElseThrow();
            number[0] = lease.id().number();
            leases.acknowledge(org, inbox, lease.id(), Optional.empty());
            standStill(number[0]);
        }
    }

    /** The first append of a process takes as long as finding the brokers. */
    private static void append(DispositionLog kafka, Disposition disposition) {
        for (int attempt = 1; ; attempt++) {
            try {
                kafka.append(disposition);
                return;
            } catch (DispositionLog.Unavailable e) {
                if (attempt == 10) {
                    throw e;
                }
            }
        }
    }

    private static void standStill(long number) {
        System.out.println(THERE + number);
        System.out.flush();
        try {
            Thread.currentThread().join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
