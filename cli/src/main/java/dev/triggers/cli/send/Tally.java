package dev.triggers.cli.send;

import dev.triggers.cli.send.Answer.Failed;
import dev.triggers.cli.send.Answer.Received;
import dev.triggers.cli.send.Answer.Refused;
import java.time.Duration;
import java.util.Locale;

/** What became of the lines so far. Lines sent = received + refused + failed. */
final class Tally {

    /** Lines whose trouble is told one by one; the others are only counted. */
    private static final int TOLD = 20;

    private final long begin = System.nanoTime();
    private long received;
    private long refused;
    private long failed;

    synchronized void add(Line line, Answer answer) {
        switch (answer) {
            case Received _ -> received++;
            case Refused(int status, String problem) -> {
                refused++;
                tell(line, status + " " + problem);
            }
            case Failed(String why) -> {
                failed++;
                tell(line, why);
            }
        }
    }

    private void tell(Line line, String trouble) {
        if (refused + failed <= TOLD) {
            System.err.println("\rline " + line.number() + ": " + trouble);
        }
    }

    synchronized boolean allReceived() {
        return refused + failed == 0;
    }

    synchronized String summary() {
        double seconds = Duration.ofNanos(System.nanoTime() - begin).toMillis() / 1000.0;
        long sent = received + refused + failed;
        return String.format(
                Locale.ROOT,
                "%,d sent: %,d received, %,d refused, %,d failed in %.1f s (%,.0f/s)",
                sent,
                received,
                refused,
                failed,
                seconds,
                seconds == 0 ? 0 : sent / seconds);
    }
}
