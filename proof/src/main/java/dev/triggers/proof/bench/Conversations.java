package dev.triggers.proof.bench;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Consumers over HTTP, all of one thread: each sends its next request when it has the answer to the one before, and what it
 * sends depends on that answer.
 */
final class Conversations implements HttpLoop.Listener {

    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(60);

    /** One of them, on a connection of its own. */
    @FunctionalInterface
    interface Consumer {

        /**
         * What it sends next. Null: it is done.
         *
         * @param answer to what it sent before; null at first
         */
        byte @Nullable [] next(@Nullable AnswerReader answer);
    }

    private final List<? extends Consumer> consumers;
    private @Nullable HttpLoop loop;
    private int underWay;
    private long lastAnswerNanos;

    private Conversations(List<? extends Consumer> consumers) {
        this.consumers = consumers;
    }

    /** Returns when all are done. Throws where an answer stays away: nobody knows what became of its request. */
    static void run(URI server, List<? extends Consumer> consumers) throws IOException {
        new Conversations(consumers).run(server);
    }

    private void run(URI server) throws IOException {
        try (HttpLoop opened = new HttpLoop(server, consumers.size(), this)) {
            loop = opened;
            lastAnswerNanos = System.nanoTime();
            for (HttpLoop.Connection connection : opened.connections()) {
                goOn(connection, null);
            }
            while (underWay > 0) {
                opened.turn(TICK);
                if (System.nanoTime() - lastAnswerNanos > ANSWER_WITHIN.toNanos()) {
                    throw new IllegalStateException("no answer for " + ANSWER_WITHIN.toSeconds() + " s");
                }
            }
        }
    }

    private void goOn(HttpLoop.Connection connection, @Nullable AnswerReader answer) throws IOException {
        HttpLoop on = loop;
        byte[] request = consumers.get(connection.index()).next(answer);
        if (on != null && request != null) {
            underWay++;
            on.send(connection, request);
        }
    }

    @Override
    public void answered(HttpLoop.Connection connection, AnswerReader answer) throws IOException {
        underWay--;
        lastAnswerNanos = System.nanoTime();
        goOn(connection, answer);
    }

    @Override
    public void broken(HttpLoop.Connection connection, IOException cause) throws IOException {
        throw new IOException("a consumer's connection broke", cause);
    }
}
