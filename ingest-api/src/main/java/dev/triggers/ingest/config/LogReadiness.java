package dev.triggers.ingest.config;

import dev.triggers.common.about.Readiness;
import dev.triggers.ingest.kafka.KafkaEventLog;
import java.util.List;

/** Ready once the log was seen; from then on Kafka being away is only said. */
record LogReadiness(KafkaEventLog log) implements Readiness {

    private static final List<String> KAFKA = List.of("kafka");

    @Override
    public List<String> waitingFor() {
        return log.open() ? List.of() : KAFKA;
    }

    @Override
    public List<String> degraded() {
        return log.failing() ? KAFKA : List.of();
    }
}
