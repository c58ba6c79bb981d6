package dev.triggers.inbox.kafka;

import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.common.wire.Marker;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.DispositionLog.Unavailable;
import dev.triggers.inbox.MarkerLog;
import dev.triggers.inbox.kafka.ConfirmedProducer.Unconfirmed;
import java.util.List;

/** Markers in {@code triggers.ingested}, in the partition of their organisation's submissions. */
public final class KafkaMarkers implements MarkerLog, AutoCloseable {

    private final ConfirmedProducer producer;

    public KafkaMarkers(KafkaConnection kafka) {
        producer = new ConfirmedProducer(kafka);
    }

    @Override
    public void append(Marker marker) {
        try {
            producer.send(List.of(Topics.INGESTED.record(marker.org(), marker)));
        } catch (Unconfirmed e) {
            throw new Unavailable("markers: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
