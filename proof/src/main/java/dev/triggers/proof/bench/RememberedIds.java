package dev.triggers.proof.bench;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.TopicCreation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** What a remembered id costs, and how long a processor that remembers many is away after it went. */
final class RememberedIds implements Scenario {

    private static final int ORGS = 1_000;
    private static final double MB = 1e6;

    @Override
    public String name() {
        return "remembered-ids";
    }

    @Override
    public String group() {
        return "processor";
    }

    @Override
    public String what() {
        return "bytes and memory for remembered ids, restore rate, failover with and without a standby (--ids N)";
    }

    @Override
    public Findings run(Bench bench) throws Exception {
        bench.progress().begin(name(), 9);
        TopicCreation.ensureAllWhenPossible(bench.kafka(), Bench.PARTITIONS, 1);
        try (Outcomes outcomes = new Outcomes(bench.kafka());
                Submissions load = new Submissions(bench.kafka(), Duration.ofMillis(5))) {
            outcomes.awaitBalance(within(bench));
            Table size = remember(bench, outcomes, load);
            List<Restart> restarts = restarts(bench);
            List<Failover> failovers = new Failovers(bench, outcomes, load).run();
            outcomes.awaitBalance(within(bench));
            outcomes.requireAllAccepted();
            return findings(bench, size, restarts, failovers);
        }
    }

    private static Duration within(Bench bench) {
        return Duration.ofSeconds(120 + bench.options().ids() / 1_000);
    }

    private static Table remember(Bench bench, Outcomes outcomes, Submissions load) throws Exception {
        int ids = bench.options().ids();
        List<OrgId> orgs = Submissions.orgs(ORGS);
        Processor processor = Processor.named(bench, "a");
        ServiceProcess.Resident resident;
        try (ServiceProcess running = processor.start(bench)) {
            bench.progress().step(Table.shown(ids) + " ids are remembered");
            load.fill(ids, i -> orgs.get((int) (i % ORGS)));
            outcomes.awaitBalance(within(bench));
            resident = running.resident();
        }
        long seen = bytesOf(processor.state(bench), "seen");
        Map<String, Long> changelogs = changelogs(bench);
        long seenLog = changelogs.getOrDefault("seen", 0L);
        long orgsLog = changelogs.getOrDefault("orgs", 0L);
        return new Table(
                Table.shown(ids) + " remembered ids",
                "On disk after the processor went down in order, before RocksDB compacted all of it and before the broker"
                        + " compacted anything. The changelog of organisations has a record for each decision until"
                        + " it is compacted.",
                List.of("what", "MB", "bytes an id"),
                List.of(
                        List.of("RocksDB, ids", seen / MB, (double) seen / ids),
                        List.of("changelog of ids", seenLog / MB, (double) seenLog / ids),
                        List.of("changelog of organisations", orgsLog / MB, (double) orgsLog / ids),
                        List.of("processor, resident", resident.now() / MB, (double) resident.now() / ids),
                        List.of("processor, resident at most", resident.most() / MB, (double) resident.most() / ids)));
    }

    /** Bytes of one store, over all tasks. A window store has a directory of its own in the task's. */
    private static long bytesOf(Path state, String store) throws IOException {
        List<Path> databases;
        try (Stream<Path> files = Files.walk(state)) {
            databases = files.filter(file -> file.endsWith(store)).toList();
        }
        long bytes = 0;
        for (Path database : databases) {
            bytes += Bench.bytesIn(database);
        }
        return bytes;
    }

    /** Bytes of each changelog on the broker's disk, by store. */
    private static Map<String, Long> changelogs(Bench bench) throws Exception {
        Map<String, Long> bytes = new HashMap<>();
        try (Admin admin =
                Admin.create(Map.<String, Object>of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bench.kafka()))) {
            List<Integer> brokers = admin.describeCluster().nodes().get().stream()
                    .map(node -> node.id())
                    .toList();
            for (var directories :
                    admin.describeLogDirs(brokers).allDescriptions().get().values()) {
                directories
                        .values()
                        .forEach(directory -> directory.replicaInfos().forEach((partition, replica) -> {
                            for (String store : List.of("seen", "orgs")) {
                                if (partition.topic().equals("triggers.event-processor-" + store + "-changelog")) {
                                    bytes.merge(store, replica.size(), Long::sum);
                                }
                            }
                        }));
            }
        }
        return bytes;
    }

    private static List<Restart> restarts(Bench bench) throws Exception {
        Processor processor = Processor.named(bench, "a");
        List<Restart> restarts = new ArrayList<>();
        if (!bench.options().smoke()) {
            bench.progress().step("restart in order");
            restarts.add(restart(bench, "in order, state kept", false));
            bench.progress().step("restart after kill -9");
            restarts.add(restart(bench, "kill -9, state directory kept", true));
        }
        bench.progress().step("restart without state");
        Bench.delete(processor.state(bench));
        restarts.add(restart(bench, "state directory wiped", false));
        return restarts;
    }

    /** @param killed whether it is killed and started once more, and that start is the one that counts */
    private static Restart restart(Bench bench, String after, boolean killed) throws InterruptedException {
        Processor processor = Processor.named(bench, "a");
        if (killed) {
            try (ServiceProcess before = processor.start(bench)) {
                before.kill();
            }
        }
        try (ServiceProcess running = processor.launch(bench)) {
            return Restart.watch(after, running);
        }
    }

    private static Findings findings(Bench bench, Table size, List<Restart> restarts, List<Failover> failovers)
            throws Exception {
        Map<String, Long> changelogs = changelogs(bench);
        double changelogBytes =
                changelogs.values().stream().mapToLong(Long::longValue).sum();
        double most = restarts.stream().mapToDouble(Restart::records).max().orElse(0);
        double bytesARecord = most == 0 ? 0 : changelogBytes / most;
        Table restart = new Table(
                "Back with " + Table.shown(bench.options().ids()) + " ids",
                "MB as they stand in the changelogs, compressed. Ready is from the start of the process.",
                List.of("after", "ready in, s", "records restored", "records/s", "MB/s"),
                restarts.stream()
                        .map(one -> List.<Object>of(
                                one.after(),
                                one.readySeconds(),
                                (long) one.records(),
                                one.perSecond(),
                                one.perSecond() * bytesARecord / MB))
                        .toList());
        Table failover = new Table(
                "Failover with " + Table.shown(bench.options().ids()) + " ids",
                "kill -9 of the instance that has the partitions, until the other decides; the session timeout of 10 s is in"
                        + " it. Once each.",
                List.of("", "partitions moved", "first decision, s", "all partitions, s", "records restored"),
                failovers.stream()
                        .map(one -> List.<Object>of(
                                one.how(), one.moved(), one.firstSeconds(), one.allSeconds(), (long) one.restored()))
                        .toList());
        List<List<Object>> runs = new ArrayList<>();
        size.rows().forEach(row -> runs.add(List.of("size", row.get(0), row.get(2))));
        restarts.forEach(one -> runs.add(List.of("ready_s", one.after(), one.readySeconds())));
        restarts.forEach(one -> runs.add(List.of("restored_per_s", one.after(), one.perSecond())));
        failovers.forEach(one -> runs.add(List.of("failover_first_s", one.how(), one.firstSeconds())));
        failovers.forEach(one -> runs.add(List.of("failover_all_s", one.how(), one.allSeconds())));
        return new Findings(
                List.of(size, restart, failover),
                new Table("Remembered ids, all", "", List.of("figure", "of", "value"), runs));
    }
}
