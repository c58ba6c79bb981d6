package dev.triggers.proof.bench;

import java.time.Duration;

/**
 * How a processor came back.
 *
 * @param readySeconds from the start of the process
 * @param records restored from changelogs
 * @param perSecond while it restored; over the whole start where that was too short to be seen
 */
record Restart(String after, double readySeconds, double records, double perSecond) {

    private static final String RESTORED = "triggers_processor_restored_records_total";
    private static final Duration WITHIN = Duration.ofMinutes(10);

    /** Watches one that was started just now until it decides. */
    static Restart watch(String after, ServiceProcess started) throws InterruptedException {
        long start = System.nanoTime();
        Watched watched = new Watched();
        Wait.until("the processor restored its state", WITHIN, () -> {
            watched.saw(started.figure(RESTORED), System.nanoTime());
            return started.ready();
        });
        double readySeconds = (System.nanoTime() - start) / 1e9;
        watched.saw(started.figure(RESTORED), System.nanoTime());
        return new Restart(after, readySeconds, watched.records, watched.perSecond(readySeconds));
    }

    /** When how much was restored. */
    private static final class Watched {

        private double records;
        private double firstRecords;
        private long firstNanos;
        private long lastNanos;

        private void saw(double restored, long nanos) {
            if (restored > records) {
                if (records == 0) {
                    firstRecords = restored;
                    firstNanos = nanos;
                }
                records = restored;
                lastNanos = nanos;
            }
        }

        private double perSecond(double readySeconds) {
            return lastNanos > firstNanos
                    ? (records - firstRecords) * 1e9 / (lastNanos - firstNanos)
                    : records / readySeconds;
        }
    }
}
