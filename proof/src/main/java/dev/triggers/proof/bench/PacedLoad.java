package dev.triggers.proof.bench;

import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;

/**
 * A closed load on the whole pipeline that waits while more than {@value #MOST_LAG} events are on their way, so that the
 * slowest part sets its pace.
 */
final class PacedLoad implements AutoCloseable {

    /** What may be on its way: a load that is further ahead waits. */
    static final int MOST_LAG = 20_000;

    private final ClosedLoad load;
    private final LagWatch lag;

    PacedLoad(Pipeline pipeline, Reconciliation reconciliation, Posts posts, ClosedLoad.Size size)
            throws SQLException, InterruptedException {
        URI ingest = pipeline.ingest().address();
        LagWatch[] watch = new LagWatch[1];
        load = new ClosedLoad(ingest, posts, size, () -> watch[0].lag() < MOST_LAG);
        lag = new LagWatch(pipeline, reconciliation, load.tally());
        watch[0] = lag;
    }

    /** Returns when every request has its answer, which was 202. */
    Tally run() throws IOException {
        return runAsFarAsItIsTaken().requireAllTaken();
    }

    /** Returns when every request has its answer, whichever that was. */
    Tally runAsFarAsItIsTaken() throws IOException {
        return load.run();
    }

    /** What became of it so far. */
    Tally tally() {
        return load.tally();
    }

    /** How far the end is behind. */
    LagWatch lag() {
        return lag;
    }

    @Override
    public void close() {
        lag.close();
    }
}
