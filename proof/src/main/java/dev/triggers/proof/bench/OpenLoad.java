package dev.triggers.proof.bench;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Open load over HTTP from one thread: requests are due at a steady rate, whatever becomes of them, and their latency counts
 * from when they were due. One that is due while all connections are busy waits for the first that is not. Run once.
 */
final class OpenLoad implements HttpLoop.Listener {

    private static final Duration LAST_ANSWERS_WITHIN = Duration.ofSeconds(30);

    /** How much. */
    record Size(int connections, double perSecond, Duration warmUp, Duration measured) {

        long count() {
            return (long) (perSecond * warmUp.plus(measured).toNanos() / 1e9);
        }

        /** After the start. */
        private long dueNanos(long request) {
            return (long) (request * 1e9 / perSecond);
        }
    }

    private final URI server;
    private final Requests requests;
    private final Size size;
    private final long firstNumber;
    private final LongConsumer taken;
    private final Tally tally = new Tally();
    private final Deque<HttpLoop.Connection> free = new ArrayDeque<>();
    private @Nullable HttpLoop loop;
    private long start;
    private long sent;
    private int underWay;

    /** @param taken is told the number of each request when it was answered 202 */
    OpenLoad(URI server, Requests requests, Size size, long firstNumber, LongConsumer taken) {
        this.server = server;
        this.requests = requests;
        this.size = size;
        this.firstNumber = firstNumber;
        this.taken = taken;
    }

    static Tally run(URI server, Requests requests, Size size) throws IOException {
        return new OpenLoad(server, requests, size, ClosedLoad.numbers(size.count()), _ -> {}).run();
    }

    /** What became of it so far. */
    Tally tally() {
        return tally;
    }

    /** Returns when every request has its answer. */
    Tally run() throws IOException {
        try (HttpLoop opened = new HttpLoop(server, size.connections(), this)) {
            loop = opened;
            free.addAll(opened.connections());
            start = System.nanoTime();
            tally.measureFrom(start + size.warmUp().toNanos());
            long end = start + size.dueNanos(size.count()) + LAST_ANSWERS_WITHIN.toNanos();
            while (sent < size.count() || underWay > 0) {
                sendDue();
                long next = sent < size.count() && !free.isEmpty() ? start + size.dueNanos(sent) : Long.MAX_VALUE;
                opened.turn(Duration.ofNanos(Math.clamp(next - System.nanoTime(), 0, 4_000_000)));
                if (System.nanoTime() - end > 0) {
                    throw new IllegalStateException((size.count() - sent + underWay) + " requests without an answer "
                            + LAST_ANSWERS_WITHIN.toSeconds() + " s after the load ended");
                }
            }
        }
        return tally;
    }

    private void sendDue() throws IOException {
        HttpLoop on = loop;
        while (on != null && sent < size.count() && System.nanoTime() - start >= size.dueNanos(sent)) {
            HttpLoop.Connection connection = free.poll();
            if (connection == null) {
                return;
            }
            connection.number = firstNumber + sent;
            connection.sinceNanos = start + size.dueNanos(sent);
            sent++;
            underWay++;
            on.send(connection, requests.request(connection.number));
        }
    }

    @Override
    public void answered(HttpLoop.Connection connection, AnswerReader answer) {
        underWay--;
        free.add(connection);
        if (answer.status() == Tally.RECEIVED) {
            taken.accept(connection.number);
        }
        tally.answered(answer, connection.sinceNanos, System.nanoTime());
    }

    @Override
    public void broken(HttpLoop.Connection connection, IOException cause) {
        underWay--;
        free.add(connection);
        tally.unknown(cause);
    }
}
