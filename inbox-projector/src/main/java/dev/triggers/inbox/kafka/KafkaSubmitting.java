package dev.triggers.inbox.kafka;

import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.Submission;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.Submitting;
import dev.triggers.inbox.kafka.ConfirmedProducer.Unconfirmed;
import java.util.List;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Submissions in {@code triggers.ingested}, acknowledged by all in-sync replicas before anything is answered. */
public final class KafkaSubmitting implements Submitting, AutoCloseable {

    private final ConfirmedProducer producer;

    public KafkaSubmitting(KafkaConnection kafka) {
        producer = new ConfirmedProducer(kafka);
    }

    @Override
    public List<Receipt> submit(List<Submission> submissions) {
        try {
            return receipts(producer.send(submissions.stream()
                    .map(submission -> Topics.INGESTED.record(submission.event().org(), submission))
                    .toList()));
        } catch (Unconfirmed e) {
            if (e.confirmed().isEmpty()) {
                throw new DispositionLog.Unavailable("ingested: " + e.getMessage(), e);
            }
            return receipts(e.confirmed());
        }
    }

    private static List<Receipt> receipts(List<RecordMetadata> places) {
        return places.stream()
                .map(place -> new Receipt(place.partition(), place.offset()))
                .toList();
    }

    @Override
    public void close() {
        producer.close();
    }
}
