package dev.triggers.processor.topology;

import dev.triggers.common.disposition.Disposition.Began;
import dev.triggers.common.disposition.Disposition.Paused;
import dev.triggers.common.disposition.Disposition.Resumed;
import dev.triggers.common.disposition.Disposition.Stamp;
import dev.triggers.common.disposition.Disposition.Stamped;
import dev.triggers.common.event.Event;
import dev.triggers.common.event.Fingerprint;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.limit.RateLimit.PerMinute;
import dev.triggers.common.limit.TokenBucket;
import dev.triggers.common.wire.DeadLetter;
import dev.triggers.common.wire.HeaderNames;
import dev.triggers.common.wire.Ingested;
import dev.triggers.common.wire.Marker;
import dev.triggers.common.wire.Outcome;
import dev.triggers.common.wire.Rejected;
import dev.triggers.common.wire.Submission;
import dev.triggers.common.wire.Throttle;
import dev.triggers.common.wire.Topics;
import dev.triggers.common.wire.UnreadableRecord;
import dev.triggers.processor.dedup.FilterPool;
import dev.triggers.processor.dedup.Original;
import dev.triggers.processor.dedup.SeenEvents;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Decides each submission once: already decided? seen within the window? a token left? Then it is accepted with the
 * org's next sequence. One processor, not two in a row: de-duplication first would remember what is throttled and drop
 * its retry, and the limit first would let duplicates eat the budget.
 *
 * <p>The outcome is built and its size checked before any state is touched. A record that can not be read gets the
 * outcome {@code dead}; any other error fails the transaction, which is then tried again.
 *
 * <p>A marker of an inbox is no submission: it is stamped with the org's sequence as it is where the marker stands, and
 * takes neither a sequence nor a token.
 *
 * <p>While little comes, transactions end early ({@link EarlyCommit}).
 */
final class Admission implements Processor<byte[], byte[], byte[], Outgoing> {

    private final AdmissionPolicy policy;
    private final FilterPool filters;
    private final Tally tally;
    private final ThreadLocal<EarlyCommit> early;

    private ProcessorContext<byte[], Outgoing> context;
    private OrgStates orgs;
    private SeenEvents seen;
    private DecisionTime time;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
    private Admission(AdmissionPolicy policy, FilterPool filters, Tally tally, ThreadLocal<EarlyCommit> early) {
        this.policy = policy;
        this.filters = filters;
        this.tally = tally;
        this.early = early;
    }

    /**
     * Admission with the two stores it needs.
     *
     * @param filters memory for what answers for ids that were never seen
     * @param earlyCommit how long it is at least from one early end of a transaction to the next
     */
    static ProcessorSupplier<byte[], byte[], byte[], Outgoing> supplier(
            AdmissionPolicy policy, FilterPool filters, Tally tally, Duration earlyCommit) {
        ThreadLocal<EarlyCommit> early = ThreadLocal.withInitial(
                () -> new EarlyCommit(earlyCommit, Undecided.ofThisThread(), System.nanoTime()));
        return new ProcessorSupplier<>() {
            @Override
            public Processor<byte[], byte[], byte[], Outgoing> get() {
                return new Admission(policy, filters, tally, early);
            }

            @Override
            public Set<StoreBuilder<?>> stores() {
                return Set.of(OrgStates.store(), SeenEvents.store(policy.dedupWindow()));
            }
        };
    }

    @Override
    public void init(ProcessorContext<byte[], Outgoing> context) {
        this.context = context;
        this.orgs = new OrgStates(context.getStateStore(OrgStates.STORE));
        this.seen = new SeenEvents(
                context.getStateStore(SeenEvents.STORE), policy.dedupWindow(), filters, tally::storeRead);
        this.time = new DecisionTime(orgs.latestDecisionMillis());
    }

    @Override
    public void close() {
        seen.close();
        early.get().forget(context.taskId().partition());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata place = context.recordMetadata()
                .orElseThrow(() -> new IllegalStateException("a submission without a place in the log"));
        Receipt receipt = new Receipt(place.partition(), place.offset());
        try {
            switch (read(record)) {
                case Submission submission -> decide(record, receipt, submission);
                case Marker marker -> stamp(record, receipt, marker);
            }
        } catch (UnreadableRecord unreadable) {
            bury(record, receipt, unreadable);
        }
        if (early.get().decided(receipt, System.nanoTime())) {
            context.commit();
        }
    }

    private static Ingested read(Record<byte[], byte[]> record) {
        Ingested ingested = Topics.INGESTED.wire().read(record.headers(), record.value());
        OrgId key = keyOf(record);
        OrgId org = switch (ingested) {
            case Submission submission -> submission.event().org();
            case Marker marker -> marker.org();
        };
        if (!key.equals(org)) {
            throw new UnreadableRecord("key: " + key + " (expected: the org of the headers)");
        }
        JsonObject.require(record.value());
        return ingested;
    }

    private static OrgId keyOf(Record<byte[], byte[]> record) {
        if (record.key() == null) {
            throw new UnreadableRecord("key: null (expected: an org id)");
        }
        return Topics.ORG_ID.deserializer().deserialize(Topics.INGESTED.name(), record.key());
    }

    private void decide(Record<byte[], byte[]> record, Receipt receipt, Submission submission) {
        Event event = submission.event();
        requireEarlier(submission, receipt);
        Optional<OrgState> known = orgs.of(event.org());
        if (known.isPresent() && known.get().decided(receipt.offset())) {
            tally.skipped();
            return;
        }
        long now = time.of(record.timestamp(), submission.receivedAt());
        OrgState org = known.orElseGet(() -> OrgState.fresh(submission.plan(), now))
                .under(submission.plan(), policy.debtBursts());
        Fingerprint fingerprint = Fingerprint.of(event);

        Verdict verdict = admit(submission, fingerprint, org, now);
        Outgoing outgoing = verdict.toRecord(submission, receipt, Instant.ofEpochMilli(now));
        if (outgoing.bytes() > policy.recordBytes()) {
            verdict = new Verdict.TooLarge(outgoing.bytes(), policy.recordBytes());
            outgoing = verdict.toRecord(submission, receipt, Instant.ofEpochMilli(now));
        }

        forward(record, outgoing, now);
        if (verdict instanceof Verdict.Admitted) {
            if (isRemembered(submission)) {
                seen.remember(event.id(), new Original(fingerprint, receipt.offset(), now));
            }
            orgs.put(event.org(), told(record, org.accepted(receipt.offset(), now)));
        } else {
            orgs.put(event.org(), told(record, org.refused(receipt.offset(), now)));
        }
        tally.decided(verdict.outcome());
    }

    private void stamp(Record<byte[], byte[]> record, Receipt receipt, Marker marker) {
        OrgState org = orgs.of(marker.org()).orElseGet(OrgState::undecided);
        if (org.decided(receipt.offset())) {
            tally.skipped();
            return;
        }
        long now = time.ofUnstamped(record.timestamp());
        Stamp stamp = new Stamp(
                marker.number(),
                org.sequence(),
                receipt,
                Instant.ofEpochMilli(record.timestamp()),
                Instant.ofEpochMilli(now));
        Stamped stamped = switch (marker.kind()) {
            case BEGAN -> new Began(marker.org(), marker.inbox(), marker.start(), stamp);
            case PAUSED -> new Paused(marker.org(), marker.inbox(), stamp);
            case RESUMED -> new Resumed(marker.org(), marker.inbox(), stamp);
        };
        forward(record, Outgoing.disposition(stamped), now);
        orgs.put(marker.org(), org.passed(receipt.offset()));
        tally.stamped();
    }

    /** Tells the edges of a debt, if it has to be told. */
    private OrgState told(Record<byte[], byte[]> record, OrgState org) {
        Optional<Throttle> throttle = org.throttle();
        throttle.ifPresent(wait -> {
            forward(record, Outgoing.throttle(wait), org.decidedAtMillis());
            tally.told();
        });
        return throttle.map(org::told).orElse(org);
    }

    /**
     * Whether its id stands for what was submitted for longer than this decision: one with a dedup id may be sent again,
     * and a submission may be redriven again, which gives it the same id, with a dedup id or without.
     */
    private static boolean isRemembered(Submission submission) {
        return submission.event().dedupId().isPresent() || submission.redrives().isPresent();
    }

    private static void requireEarlier(Submission submission, Receipt receipt) {
        submission.redrives().ifPresent(redriven -> {
            if (redriven.partition() != receipt.partition() || redriven.offset() >= receipt.offset()) {
                throw new UnreadableRecord(
                        HeaderNames.REDRIVES + ": " + redriven + " (expected: an earlier one of this partition)");
            }
        });
    }

    private Verdict admit(Submission submission, Fingerprint fingerprint, OrgState org, long now) {
        Optional<Original> original =
                isRemembered(submission) ? seen.original(submission.event().id(), now) : Optional.empty();
        if (original.isPresent()) {
            long offset = original.get().offset();
            boolean same = original.get().fingerprint().equals(fingerprint);
            return same ? new Verdict.Duplicate(offset) : new Verdict.Conflict(offset);
        }
        if (org.plan().limit() instanceof PerMinute limit) {
            TokenBucket bucket = org.bucket(limit, now);
            if (!bucket.has(policy.debtTokens(limit))) {
                return new Verdict.Throttled(bucket.untilOne(limit));
            }
        }
        return new Verdict.Admitted(org.sequence() + 1);
    }

    /** Gives an unreadable record the outcome {@code dead}, and keeps it whole among the dead letters. */
    private void bury(Record<byte[], byte[]> record, Receipt receipt, UnreadableRecord unreadable) {
        OrgId org = orgOrNobody(record);
        Optional<OrgState> known = orgs.of(org);
        if (known.isPresent() && known.get().decided(receipt.offset())) {
            tally.skipped();
            return;
        }
        long now = time.ofUnstamped(record.timestamp());
        String reason = String.valueOf(unreadable.getMessage());
        orgs.put(org, known.orElseGet(() -> OrgState.undecided()).passed(receipt.offset()));
        forward(
                record,
                Outgoing.deadLetter(new DeadLetter(
                        Topics.INGESTED.name() + "-" + receipt.partition() + "@" + receipt.offset(),
                        reason,
                        record.headers(),
                        Optional.ofNullable(record.value()))),
                now);
        if (!org.equals(OrgStates.NOBODY)) {
            forward(
                    record,
                    Outgoing.rejected(new Rejected(
                            org,
                            receipt,
                            Outcome.DEAD,
                            Optional.empty(),
                            Optional.empty(),
                            reason,
                            Instant.ofEpochMilli(record.timestamp()),
                            Instant.ofEpochMilli(now))),
                    now);
        }
        tally.decided(Outcome.DEAD);
    }

    private static OrgId orgOrNobody(Record<byte[], byte[]> record) {
        try {
            return keyOf(record);
        } catch (UnreadableRecord _) {
            return OrgStates.NOBODY;
        }
    }

    private void forward(Record<byte[], byte[]> record, Outgoing outgoing, long now) {
        context.forward(new Record<>(record.key(), outgoing, now, outgoing.headers()));
    }
}
