package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Consumers, one for each organisation: each waits for events by long poll, says when it sees them, acknowledges them and
 * waits again. All in one thread of their own.
 */
final class InboxTail implements HttpLoop.Listener, AutoCloseable {

    private static final Duration TICK = Duration.ofMillis(4);
    private static final int UUID_LENGTH = 36;
    private static final byte[] ID = "{\"id\":\"".getBytes(US_ASCII);
    private static final byte[] ORDER = "\"order\":".getBytes(US_ASCII);
    private static final int OK = 200;

    private final URI inbox;
    private final LongConsumer seen;
    private final HttpLoop loop;
    private final List<Consumer> consumers;
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable Exception failure;

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
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
        }
    }

    @Override
    public void answered(HttpLoop.Connection connection, AnswerReader answer) throws IOException {
        Consumer consumer = consumers.get(connection.index());
        if (answer.status() != OK) {
            throw new IllegalStateException("inbox: " + answer.status() + " (expected: 200)");
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
