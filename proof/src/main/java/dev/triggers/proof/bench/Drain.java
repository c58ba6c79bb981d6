package dev.triggers.proof.bench;

import dev.triggers.proof.bench.Outcomes.Arrived;
import java.time.Duration;

/** How fast a processor gets through a log that was filled while it was down. */
final class Drain {

    private static final Duration WITHIN = Duration.ofMinutes(3);

    private Drain() {}

    /**
     * Submissions decided a second, from commit to commit. The first third warms the processor up and is not counted;
     * where all arrive with one commit, the start is counted too.
     *
     * @param before outcomes that were there before
     * @param count submissions to decide
     * @param startNanos when the processor was started
     */
    static double perSecond(Outcomes outcomes, long before, long count, long startNanos) throws InterruptedException {
        Arrived warm = outcomes.await(before + count / 3, WITHIN);
        Arrived all = outcomes.await(before + count, WITHIN);
        return all.count() > warm.count()
                ? (all.count() - warm.count()) * 1e9 / (all.nanos() - warm.nanos())
                : count * 1e9 / (all.nanos() - startNanos);
    }
}
