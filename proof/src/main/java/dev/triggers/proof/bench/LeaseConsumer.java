package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.URI;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Leases messages of its organisation's default inbox and acknowledges the lease, again and again. */
final class LeaseConsumer implements Conversations.Consumer {

    private static final byte[] LEASE_ID = "\"lease_id\":\"".getBytes(US_ASCII);
    private static final String MESSAGES = "/v1/inboxes/default/messages/";

    private final URI inbox;
    private final Org org;
    private final byte[] lease;
    private final Acknowledged books;
    private final Histogram cycles;
    private final BooleanSupplier goOn;
    private final BitSet leased = new BitSet();
    private boolean leasing;
    private long sinceNanos;

    /**
     * @param cycles takes how long a lease and its acknowledgement took, in microseconds
     * @param goOn asked before each lease
     */
    LeaseConsumer(URI inbox, Org org, int most, Acknowledged books, Histogram cycles, BooleanSupplier goOn) {
        this.inbox = inbox;
        this.org = org;
        this.books = books;
        this.cycles = cycles;
        this.goOn = goOn;
        lease = RequestTemplate.post(
                        inbox,
                        MESSAGES + "lease",
                        org.headers(),
                        "{\"lease_seconds\":300,\"lease_limit\":" + most + "}")
                .bytes();
    }

    @Override
    public byte @Nullable [] next(@Nullable AnswerReader answer) {
        if (answer == null) {
            return lease();
        }
        Answers.requireOk(answer);
        if (leasing) {
            leasing = false;
            Optional<String> id = Answers.text(answer, LEASE_ID);
            leased.clear();
            Answers.sequences(answer, sequence -> leased.set(Math.toIntExact(sequence)));
            return id.map(this::acknowledgement).orElse(null);
        }
        int left = leased.cardinality() - Answers.sequences(answer, this::acknowledged);
        if (left != 0) {
            throw new IllegalStateException(left + " of a lease were not acknowledged (expected: all of it)");
        }
        cycles.recordValue((System.nanoTime() - sinceNanos) / 1_000);
        return lease();
    }

    private byte @Nullable [] lease() {
        if (!goOn.getAsBoolean()) {
            return null;
        }
        leasing = true;
        sinceNanos = System.nanoTime();
        return lease;
    }

    private byte[] acknowledgement(String id) {
        return RequestTemplate.post(inbox, MESSAGES + "ack", org.headers(), "{\"lease_id\":\"" + id + "\"}")
                .bytes();
    }

    private void acknowledged(long sequence) {
        if (!leased.get(Math.toIntExact(sequence))) {
            throw new IllegalStateException(sequence + ": acknowledged, and not of this lease");
        }
        books.told(org.id(), sequence);
    }
}
