package dev.triggers.proof.bench;

import static java.util.Map.entry;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * How an event-processor is started.
 *
 * @param directory of its state, beside others'
 * @param instance its name in the group, for good; empty: none
 */
record Processor(
        String directory,
        String instance,
        int threads,
        int standbyReplicas,
        Duration commitInterval,
        Duration earlyCommitInterval) {

    /**
     * Two threads, no standby, the default intervals. Its name is for good, so that it gets its work back at once; in a
     * smoke run it has none, and leaves the group when it goes.
     */
    static Processor named(Bench bench, String name) {
        return new Processor(
                name, bench.options().smoke() ? "" : name, 2, 0, Duration.ofMillis(100), Duration.ofMillis(20));
    }

    /** @param early how often transactions end before that while little is decided, at most */
    Processor every(Duration interval, Duration early) {
        return new Processor(directory, instance, threads, standbyReplicas, interval, early);
    }

    Processor withStandby() {
        return new Processor(directory, instance, threads, 1, commitInterval, earlyCommitInterval);
    }

    Path state(Bench bench) {
        return bench.directory().resolve("state-" + directory);
    }

    /** Starts it and returns at once. */
    ServiceProcess launch(Bench bench) {
        return ServiceProcess.start(bench, "event-processor", environment(bench));
    }

    /** Starts it and returns when it decides. */
    ServiceProcess start(Bench bench) throws InterruptedException {
        ServiceProcess started = launch(bench);
        try {
            started.awaitReady();
        } catch (InterruptedException | RuntimeException e) {
            started.close();
            throw e;
        }
        return started;
    }

    private Map<String, String> environment(Bench bench) {
        return Map.ofEntries(
                entry("TRIGGERS_DEV", "true"),
                entry("TRIGGERS_PROCESSOR_KAFKABOOTSTRAP", bench.kafka()),
                entry("TRIGGERS_PROCESSOR_PARTITIONS", Integer.toString(Bench.PARTITIONS)),
                entry("TRIGGERS_PROCESSOR_REPLICATIONFACTOR", "1"),
                entry("TRIGGERS_PROCESSOR_INSTANCEID", instance),
                entry("TRIGGERS_PROCESSOR_THREADS", Integer.toString(threads)),
                entry("TRIGGERS_PROCESSOR_STANDBYREPLICAS", Integer.toString(standbyReplicas)),
                entry("TRIGGERS_PROCESSOR_COMMITINTERVAL", commitInterval.toMillis() + "ms"),
                entry("TRIGGERS_PROCESSOR_EARLYCOMMITINTERVAL", earlyCommitInterval.toMillis() + "ms"),
                entry("TRIGGERS_PROCESSOR_STATEDIR", state(bench).toString()),
                entry("TRIGGERS_PROCESSOR_ABOUTPORT", "PORT"));
    }
}
