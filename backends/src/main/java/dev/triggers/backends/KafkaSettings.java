package dev.triggers.backends;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What the one embedded broker is told: a single copy of everything, little memory, few threads, no waiting. */
final class KafkaSettings {

    static final int NODE_ID = 1;
    static final String CONTROLLER = "CONTROLLER";

    private KafkaSettings() {}

    static Map<String, String> oneNode(Path directory, int port, int controllerPort) {
        var settings = new HashMap<String, String>();
        settings.putAll(identity(directory, port, controllerPort));
        settings.putAll(oneCopy());
        settings.putAll(littleMemory());
        settings.putAll(fewThreads());
        settings.putAll(quickRegistration());
        settings.put("auto.create.topics.enable", "false");
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("metric.reporters", "");
        return settings;
    }

    private static Map<String, String> identity(Path directory, int port, int controllerPort) {
        var broker = "PLAINTEXT://127.0.0.1:" + port;
        return Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                Integer.toString(NODE_ID),
                "log.dirs",
                directory.toString(),
                "listeners",
                broker + "," + CONTROLLER + "://127.0.0.1:" + controllerPort,
                "advertised.listeners",
                broker,
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT," + CONTROLLER + ":PLAINTEXT",
                "inter.broker.listener.name",
                "PLAINTEXT",
                "controller.listener.names",
                CONTROLLER,
                "controller.quorum.voters",
                NODE_ID + "@127.0.0.1:" + controllerPort);
    }

    private static Map<String, String> oneCopy() {
        return Map.of(
                "default.replication.factor", "1",
                "min.insync.replicas", "1",
                "offsets.topic.replication.factor", "1",
                "offsets.topic.num.partitions", "4",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "transaction.state.log.num.partitions", "4",
                "share.coordinator.state.topic.replication.factor", "1",
                "share.coordinator.state.topic.min.isr", "1",
                "share.coordinator.state.topic.num.partitions", "2");
    }

    /** The index size still covers more than half a segment at one entry per 4 KiB; segments roll a little earlier. */
    private static Map<String, String> littleMemory() {
        return Map.of(
                "log.cleaner.dedupe.buffer.size", "4194304",
                "log.index.size.max.bytes", "2097152",
                "offsets.load.buffer.size", "1048576",
                "transaction.state.log.load.buffer.size", "1048576");
    }

    private static Map<String, String> fewThreads() {
        return Map.of(
                "num.network.threads", "2",
                "num.io.threads", "4",
                "background.threads", "2",
                "num.recovery.threads.per.data.dir", "2",
                "log.cleaner.threads", "1",
                "group.coordinator.threads", "1",
                "share.coordinator.threads", "1");
    }

    /** After a crash the controller admits the new broker only when the session of the dead one has run out. */
    private static Map<String, String> quickRegistration() {
        return Map.of("broker.session.timeout.ms", "3000", "broker.heartbeat.interval.ms", "500");
    }
}
