package dev.triggers.inbox.kafka;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.kafka.ConfirmedProducer.Sent;
import dev.triggers.inbox.kafka.ConfirmedProducer.Unconfirmed;
import java.util.List;

/** Dispositions in {@code triggers.dispositions}, acknowledged by all in-sync replicas before anything is answered. */
public final class KafkaDispositions implements DispositionLog, AutoCloseable {

    private final ConfirmedProducer producer;

    public KafkaDispositions(KafkaConnection kafka) {
        producer = new ConfirmedProducer(kafka);
    }

    @Override
    public void append(Disposition disposition) {
        appendAll(List.of(disposition));
    }

    @Override
    public void appendAll(List<Disposition> dispositions) {
        begin(dispositions).await();
    }

    @Override
    public Appending begin(List<Disposition> dispositions) {
        Sent sent = producer.begin(dispositions.stream()
                .map(disposition -> Topics.DISPOSITIONS.record(disposition.org(), disposition))
                .toList());
        return () -> await(sent);
    }

    private static void await(Sent sent) {
        try {
            sent.await();
        } catch (Unconfirmed e) {
            throw new Unavailable("dispositions: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
