package dev.triggers.ingest.config;

import dev.triggers.common.about.Readiness;
import dev.triggers.ingest.kafka.KafkaEventLog;
import dev.triggers.ingest.kafka.KafkaThrottles;
import java.util.ArrayList;
import java.util.List;

/** Ready once the log was seen and the throttles were read to their end; from then on Kafka being away is only said. */
record LogReadiness(KafkaEventLog log, KafkaThrottles throttles) implements Readiness {

    private static final List<String> KAFKA = List.of("kafka");
    private static final List<String> THROTTLES = List.of("throttles");
    private static final String TOPICS = "topics";

    @Override
    public List<String> waitingFor() {
        if (!log.open()) {
            return KAFKA;
        }
        return throttles.readToItsEnd() ? List.of() : THROTTLES;
    }

    @Override
    public List<String> degraded() {
        List<String> degraded = new ArrayList<>(log.failing() ? KAFKA : List.of());
        if (!log.topicDeviations().isEmpty()) {
            degraded.add(TOPICS);
        }
        return degraded;
    }
}
