package dev.triggers.proof.bench;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Closed load over HTTP from one thread: each connection sends its next request when it has the answer to the one before, so
 * the rate is what the server makes of it. Run once.
 */
final class ClosedLoad implements HttpLoop.Listener {

    private static final Duration LAST_ANSWERS_WITHIN = Duration.ofSeconds(30);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration HELD_TICK = Duration.ofMillis(5);
    /** Numbers of requests are unique over all loads of this JVM, and dedup ids with them. */
    private static final AtomicLong NEXT = new AtomicLong();

    /**
     * How much.
     *
     * @param most requests at most, the warm-up's included
     */
    record Size(int connections, Duration warmUp, Duration measured, long most) {

        static Size of(int connections, Duration warmUp, Duration measured) {
            return new Size(connections, warmUp, measured, Long.MAX_VALUE);
        }
    }

    private final URI server;
    private final Requests requests;
    private final Size size;
    private final Tally tally;
    private final BooleanSupplier goOn;
    private final Deque<HttpLoop.Connection> held = new ArrayDeque<>();
    private @Nullable HttpLoop loop;
    private long end;
    private long left;
    private int underWay;

    ClosedLoad(URI server, Requests requests, Size size) {
        this(server, requests, size, () -> true);
    }

    /** @param goOn asked before each request; while it says no, none is sent */
    ClosedLoad(URI server, Requests requests, Size size, BooleanSupplier goOn) {
        this(server, requests, size, goOn, new Tally());
    }

    private ClosedLoad(URI server, Requests requests, Size size, BooleanSupplier goOn, Tally tally) {
        this.server = server;
        this.requests = requests;
        this.size = size;
        this.tally = tally;
        this.goOn = goOn;
        this.left = size.most();
    }

    /** Numbers for so many requests, of which this is the first. */
    static long numbers(long count) {
        return NEXT.getAndAdd(count);
    }

    static Tally run(URI server, Requests requests, Size size) throws IOException {
        return new ClosedLoad(server, requests, size).run();
    }

    /** One more turn of a load that others take turns with. */
    static void turn(URI server, Requests requests, Size size, Tally tally) throws IOException {
        new ClosedLoad(server, requests, size, () -> true, tally).run();
    }

    /** What became of it so far. */
    Tally tally() {
        return tally;
    }

    /** Returns when every request has its answer. */
    Tally run() throws IOException {
        try (HttpLoop opened = new HttpLoop(server, size.connections(), this)) {
            loop = opened;
            long start = System.nanoTime();
            tally.measureFrom(start + size.warmUp().toNanos());
            end = start + size.warmUp().plus(size.measured()).toNanos();
            for (HttpLoop.Connection connection : opened.connections()) {
                sendNext(connection);
            }
            while (underWay > 0 || !held.isEmpty()) {
                opened.turn(held.isEmpty() ? TICK : HELD_TICK);
                for (int i = held.size(); i > 0; i--) {
                    sendNext(held.remove());
                }
                if (System.nanoTime() - end > LAST_ANSWERS_WITHIN.toNanos()) {
                    throw new IllegalStateException(underWay + " requests without an answer "
                            + LAST_ANSWERS_WITHIN.toSeconds() + " s after the load ended");
                }
            }
        }
        return tally;
    }

    private void sendNext(HttpLoop.Connection connection) throws IOException {
        long now = System.nanoTime();
        HttpLoop on = loop;
        if (on == null || left <= 0 || now - end >= 0) {
            return;
        }
        if (!goOn.getAsBoolean()) {
            held.add(connection);
            return;
        }
        left--;
        underWay++;
        connection.number = numbers(1);
        connection.sinceNanos = now;
        on.send(connection, requests.request(connection.number));
    }

    @Override
    public void answered(HttpLoop.Connection connection, AnswerReader answer) throws IOException {
        underWay--;
        tally.answered(answer, connection.sinceNanos, System.nanoTime());
        sendNext(connection);
    }

    @Override
    public void broken(HttpLoop.Connection connection, IOException cause) throws IOException {
        underWay--;
        tally.unknown(cause);
        sendNext(connection);
    }
}
