package dev.triggers.proof;

import dev.triggers.common.event.Event;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Payload;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.RateLimit.PerMinute;
import dev.triggers.common.wire.Submission;
import dev.triggers.common.wire.Topics;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * More than an org's budget and its debt take, put into the log past the edge, which would have held it back. Its limit is
 * raised since.
 *
 * @param throttled receipts of what the processor throttled, oldest first
 */
record Flood(Client client, int submitted, List<Receipt> throttled) {

    private static final int ACCEPTED = 11; // a burst of one, and a debt of ten
    private static final int THROTTLED = 3;

    static Flood over(Dev dev) throws Exception {
        Client client = dev.newOrg();
        OrgId org = OrgId.parse(
                Client.JSON.readTree(client.get("/v1/me").body()).get("org").asString());
        List<Receipt> receipts = new ArrayList<>();
        try (var producer = new KafkaProducer<byte[], byte[]>(
                Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, dev.env("KAFKA_BOOTSTRAP")),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            Plan narrow = new Plan(1, new PerMinute(1, 1));
            for (int i = 0; i < ACCEPTED + THROTTLED; i++) {
                Submission submission = new Submission(event(org, i), Instant.now(), narrow);
                RecordMetadata place =
                        producer.send(Topics.INGESTED.record(org, submission)).get();
                receipts.add(new Receipt(place.partition(), place.offset()));
            }
        }
        Client.send(dev.operator("/v1/orgs/" + org)
                .method("PATCH", BodyPublishers.ofString("{\"limit\":{\"per_minute\":60000,\"burst\":60000}}"))
                .build());
        return new Flood(client, receipts.size(), receipts.subList(ACCEPTED, receipts.size()));
    }

    private static Event event(OrgId org, int number) {
        Instant now = Instant.now();
        EventId id = EventId.fresh(now);
        return new Event(
                org,
                id,
                id.toString(),
                "/proof/flood",
                new EventType("flood"),
                Optional.empty(),
                now.atOffset(ZoneOffset.UTC),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Payload.of("{\"n\":" + number + "}"));
    }
}
