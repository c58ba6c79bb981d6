package dev.triggers.proof.bench;

import dev.triggers.common.event.OrgId;
import dev.triggers.proof.bench.Outcomes.Arrived;
import java.time.Duration;
import java.util.List;

/** How fast a processor gets through a log that was filled while it was down. */
final class Drain {

    /**
     * Submissions on a full log: as many as it takes. A JVM that has just started decides half of what it decides once
     * the JIT compiler is through with it, after about 200,000.
     */
    static final int FILL = 400_000;

    /** Submissions until the broker is warm: its JIT compiler takes longer than that of a processor. */
    private static final int WARM_UP = 1_000_000;

    private static final Duration WITHIN = Duration.ofMinutes(3);

    private Drain() {}

    /** Has a processor decide a full log that nobody counts, so that the broker is warm before the first that counts. */
    static void warmUp(Bench bench, Outcomes outcomes, Submissions load, List<OrgId> orgs) throws InterruptedException {
        if (bench.options().smoke()) {
            return;
        }
        bench.progress().step("the broker warms up");
        load.fill(WARM_UP, i -> orgs.get((int) (i % orgs.size())));
        try (ServiceProcess _ = Processor.named(bench, "a").launch(bench)) {
            outcomes.awaitBalance(WITHIN);
        }
    }

    /**
     * Submissions decided a second, from commit to commit. The first half warms the processor up and is not counted;
     * where all arrive with one commit, the start is counted too.
     *
     * @param before outcomes that were there before
     * @param count submissions to decide
     * @param startNanos when the processor was started
     */
    static double perSecond(Outcomes outcomes, long before, long count, long startNanos) throws InterruptedException {
        Arrived warm = outcomes.await(before + count / 2, WITHIN);
        Arrived all = outcomes.await(before + count, WITHIN);
        return all.count() > warm.count()
                ? (all.count() - warm.count()) * 1e9 / (all.nanos() - warm.nanos())
                : count * 1e9 / (all.nanos() - startNanos);
    }
}
