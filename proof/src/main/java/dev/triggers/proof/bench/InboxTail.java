package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Consumers, one for each organisation: each waits for events by long poll, says when it sees them, acknowledges them and
 * waits again. All in one thread of their own.
 */
final class InboxTail implements HttpLoop.Listener, AutoCloseable {

    private static final Duration TICK = Duration.ofMillis(100);
    private static final int UUID_LENGTH = 36;
    private static final byte[] ID = "{\"id\":\"".getBytes(US_ASCII);
    private static final byte[] ORDER = "\"order\":".getBytes(US_ASCII);
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;
    private static final long AGAIN_AFTER_NANOS = 1_000_000_000L;
    private static final int MOST_SAID = 200;

    private final URI inbox;
    private final LongConsumer seen;
    private final HttpLoop loop;
    private final List<Consumer> consumers;
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable Exception failure;
    private final AtomicInteger turnedAway = new AtomicInteger();
    private volatile String firstRefusal = "";
    private final Deque<Again> again = new ArrayDeque<>();

    /** A connection that was turned away, and when it comes again, as Retry-After says. */
    private record Again(HttpLoop.Connection connection, long nanos) {}

    /** One organisation's. */
    private static final class Consumer {

        private final Org org;
        private final byte[] poll;
        private boolean polling = true;

        private Consumer(URI inbox, Org org) {
            this.org = org;
            poll = RequestTemplate.get(inbox, "/v1/inbox?wait=20&limit=1000", org.headers())
                    .bytes();
        }
    }

    /** @param seen is told the number of each event's request, in the thread of the consumers */
    InboxTail(URI inbox, List<Org> orgs, LongConsumer seen) throws IOException {
        this.inbox = inbox;
        this.seen = seen;
        consumers = orgs.stream().map(org -> new Consumer(inbox, org)).toList();
        loop = new HttpLoop(inbox, orgs.size(), this);
        thread = Thread.ofPlatform().daemon().name("consumers").start(this::consume);
    }

    private void consume() {
        try (loop) {
            for (HttpLoop.Connection connection : loop.connections()) {
                loop.send(connection, consumers.get(connection.index()).poll);
            }
            while (!closed) {
                loop.turn(TICK);
                comeAgain();
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
        }
    }

    private void comeAgain() throws IOException {
        for (Again first = again.peek(); first != null && System.nanoTime() - first.nanos >= 0; first = again.peek()) {
            again.remove();
            loop.send(first.connection, consumers.get(first.connection.index()).poll);
        }
    }

    /** How often a consumer was answered 503, and what the first of these answers said. */
    String turnedAway() {
        int times = turnedAway.get();
        return times == 0 ? "never" : times + " times, first: " + firstRefusal;
    }

    private void turnAway(HttpLoop.Connection connection, AnswerReader answer) {
        if (turnedAway.getAndIncrement() == 0) {
            firstRefusal = said(answer);
        }
        consumers.get(connection.index()).polling = true;
        again.add(new Again(connection, System.nanoTime() + AGAIN_AFTER_NANOS));
    }

    private static String said(AnswerReader answer) {
        return new String(answer.bytes(), answer.from(), Math.min(answer.length(), MOST_SAID), UTF_8);
    }

    @Override
    public void answered(HttpLoop.Connection connection, AnswerReader answer) throws IOException {
        Consumer consumer = consumers.get(connection.index());
        if (answer.status() == UNAVAILABLE) {
            turnAway(connection, answer);
            return;
        }
        if (answer.status() != OK) {
            throw new IllegalStateException("inbox: " + answer.status() + " (expected: 200): " + said(answer));
        }
        List<String> ids = consumer.polling ? read(answer) : List.of();
        consumer.polling = ids.isEmpty();
        loop.send(connection, consumer.polling ? consumer.poll : acknowledgement(consumer.org, ids));
    }

    /** Says the numbers of the events on a page, and returns their ids. */
    private List<String> read(AnswerReader answer) {
        List<String> ids = new ArrayList<>();
        byte[] bytes = answer.bytes();
        int end = answer.from() + answer.length() - UUID_LENGTH;
        for (int i = answer.from(); i < end; i++) {
            if (bytes[i] == '{' && Receipts.stands(ID, bytes, i)) {
                ids.add(new String(bytes, i + ID.length, UUID_LENGTH, US_ASCII));
            } else if (bytes[i] == '"' && Receipts.stands(ORDER, bytes, i)) {
                seen.accept(RequestTemplate.number(bytes, i + ORDER.length));
            }
        }
        return ids;
    }

    private byte[] acknowledgement(Org org, List<String> ids) {
        return RequestTemplate.post(
                        inbox,
                        "/v1/inbox/ack",
                        org.headers(),
                        "{\"event_ids\":[\"" + String.join("\",\"", ids) + "\"]}")
                .bytes();
    }

    /** The consumer polls again: nothing is lost by it. */
    @Override
    public void broken(HttpLoop.Connection connection, IOException cause) throws IOException {
        Consumer consumer = consumers.get(connection.index());
        consumer.polling = true;
        loop.send(connection, consumer.poll);
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        Exception e = failure;
        if (e != null) {
            throw new IllegalStateException("the inbox can not be read", e);
        }
    }
}
