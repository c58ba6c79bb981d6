package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Reads the first page of its organisation's default inbox and acknowledges all of it by its events' ids, again and again. */
final class PageConsumer implements Conversations.Consumer {

    private static final byte[] ID = "{\"id\":\"".getBytes(US_ASCII);
    private static final byte[] ACKED = "\"outcome\":\"acked".getBytes(US_ASCII);

    private final URI inbox;
    private final Org org;
    private final byte[] page;
    private final Acknowledged books;
    private final Histogram cycles;
    private final BooleanSupplier goOn;
    private final List<Long> read = new ArrayList<>();
    private boolean reading;
    private long sinceNanos;

    /**
     * @param cycles takes how long a page and its acknowledgement took, in microseconds
     * @param goOn asked before each page
     */
    PageConsumer(URI inbox, Org org, int most, Acknowledged books, Histogram cycles, BooleanSupplier goOn) {
        this.inbox = inbox;
        this.org = org;
        this.books = books;
        this.cycles = cycles;
        this.goOn = goOn;
        page = RequestTemplate.get(inbox, "/v1/inbox?limit=" + most, org.headers())
                .bytes();
    }

    @Override
    public byte @Nullable [] next(@Nullable AnswerReader answer) {
        if (answer == null) {
            return page();
        }
        Answers.requireOk(answer);
        if (reading) {
            reading = false;
            read.clear();
            Answers.sequences(answer, read::add);
            List<String> ids = Answers.texts(answer, ID);
            return ids.isEmpty() ? null : acknowledgement(ids);
        }
        int acked = Answers.texts(answer, ACKED).size();
        if (acked != read.size()) {
            throw new IllegalStateException(acked + " of a page were acknowledged (expected: " + read.size() + ")");
        }
        read.forEach(sequence -> books.told(org.id(), sequence));
        cycles.recordValue((System.nanoTime() - sinceNanos) / 1_000);
        return page();
    }

    private byte @Nullable [] page() {
        if (!goOn.getAsBoolean()) {
            return null;
        }
        reading = true;
        sinceNanos = System.nanoTime();
        return page;
    }

    private byte[] acknowledgement(List<String> ids) {
        return RequestTemplate.post(
                        inbox,
                        "/v1/inbox/ack",
                        org.headers(),
                        "{\"event_ids\":[\"" + String.join("\",\"", ids) + "\"]}")
                .bytes();
    }
}
