package dev.triggers.proof.bench;

import dev.triggers.common.event.OrgId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Two processors, of which the one that has the state is killed: without a standby, then with one. In a smoke run it goes
 * in order, so that nobody waits for a session to time out.
 */
final class Failovers {

    private static final String RESTORED = "triggers_processor_restored_records_total";
    private static final int STORES = 2;
    private static final Duration STEADY = Duration.ofSeconds(2);
    private static final Duration WITHIN = Duration.ofMinutes(10);

    private final Bench bench;
    private final Outcomes outcomes;
    private final Submissions load;
    /** One in each partition. */
    private final List<OrgId> orgs;

    Failovers(Bench bench, Outcomes outcomes, Submissions load) {
        this.bench = bench;
        this.outcomes = outcomes;
        this.load = load;
        this.orgs = IntStream.range(0, Bench.PARTITIONS)
                .mapToObj(partition -> Submissions.orgsIn(partition, 1).getFirst())
                .toList();
    }

    List<Failover> run() throws Exception {
        return bench.options().smoke() ? List.of(withStandby()) : List.of(withoutStandby(), withStandby());
    }

    /** The first has its state and every partition; the second has nothing. */
    private Failover withoutStandby() throws Exception {
        bench.progress().step("failover without a standby");
        try (ServiceProcess first = Processor.named(bench, "a").start(bench);
                ServiceProcess second = Processor.named(bench, "b").start(bench)) {
            return failover("no standby", first, second);
        }
    }

    /** Now the second has the state, and the first, begun anew, becomes its standby. */
    private Failover withStandby() throws Exception {
        bench.progress().step("a standby is loaded");
        Bench.delete(Processor.named(bench, "a").state(bench));
        try (ServiceProcess second = Processor.named(bench, "b").withStandby().start(bench);
                ServiceProcess first = Processor.named(bench, "a").withStandby().start(bench)) {
            awaitWarm(first);
            bench.progress().step("failover with a standby");
            return failover("one standby", second, first);
        }
    }

    /** Until there is a copy of all that is not its own, and nothing has come to them for a while. */
    private void awaitWarm(ServiceProcess standby) throws InterruptedException {
        double[] loaded = {-1};
        long[] since = {System.nanoTime()};
        long steady = bench.shorter(STEADY).toNanos();
        Wait.until("the standby is warm", WITHIN, () -> {
            double now = standby.figure("triggers_processor_standby_loaded_records_total");
            if (now != loaded[0] || standby.figure("triggers_processor_standby_behind_records") > 0) {
                loaded[0] = now;
                since[0] = System.nanoTime();
            }
            double copies = standby.figure("triggers_processor_standby_copies");
            return copies == STORES * (Bench.PARTITIONS - decidedBy(standby)) && System.nanoTime() - since[0] > steady;
        });
    }

    private static int decidedBy(ServiceProcess processor) {
        return processor.figures("triggers_processor_lag_records").size();
    }

    private Failover failover(String how, ServiceProcess victim, ServiceProcess survivor) throws Exception {
        Map<String, Double> own = survivor.figures("triggers_processor_lag_records");
        double restored = survivor.figure(RESTORED);
        long before = outcomes.arrived().count();
        long end = System.nanoTime();
        bench.fell(victim);
        load.fill(orgs.size(), i -> orgs.get((int) i));
        outcomes.await(before + orgs.size(), WITHIN);
        Map<Integer, Long> moved = new TreeMap<>(outcomes.latestByPartition());
        moved.keySet().removeIf(partition -> own.containsKey("{partition=\"" + partition + "\"}"));
        var seconds = moved.values().stream()
                .mapToDouble(nanos -> (nanos - end) / 1e9)
                .summaryStatistics();
        return new Failover(
                how, moved.size(), seconds.getMin(), seconds.getMax(), survivor.figure(RESTORED) - restored);
    }
}
