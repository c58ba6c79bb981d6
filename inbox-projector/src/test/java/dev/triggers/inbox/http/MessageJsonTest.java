package dev.triggers.inbox.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.Payload;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.InboxEvent;
import dev.triggers.inbox.Message;
import dev.triggers.inbox.Message.Status;
import dev.triggers.inbox.MessageId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MessageJsonTest {

    private static final Instant AT = Instant.parse("2026-01-31T12:00:00.123456Z");
    private static final String ODD = "/a\"b\\c\n\u0001é✓";

    private final Sent sent = new Sent();
    private final AnswerBuffer buffer = new AnswerBuffer(sent);
    private final InboxId inbox = InboxId.defaultOf(Events.newOrg());

    /** What was sent, and what was said of its length. */
    private static final class Sent implements AnswerBuffer.Target {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private int length = -1;

        @Override
        public void length(int bytes) {
            length = bytes;
        }

        @Override
        public OutputStream stream() {
            return bytes;
        }

        private JsonNode json() {
            return JsonMapper.shared().readTree(bytes.toString(UTF_8));
        }
    }

    private Message message(long sequence, String source, Optional<Payload> payload) {
        return new Message(
                MessageId.of(inbox, sequence),
                EventId.fresh(AT),
                sequence,
                new EventType("order.created"),
                source,
                AT,
                Status.LEASED,
                3,
                payload);
    }

    @Test
    void whatIsWrittenReadsAsItWas() throws IOException {
        Message message = message(17, ODD, Optional.of(Payload.of("{\"a\": \"é\"}")));
        MessageJson.write(buffer, List.of(message, message(18, "/b", Optional.empty())));
        buffer.close();
        JsonNode first = sent.json().get(0);
        assertThat(first.get("id").asString()).isEqualTo(message.id().toString());
        assertThat(first.get("created_at").asString()).isEqualTo("2026-01-31T12:00:00.123Z");
        assertThat(first.get("status").asString()).isEqualTo("leased");
        assertThat(first.at("/message_attributes").toString())
                .isEqualTo("{\"lease_count\":3,\"error_message\":null,\"possible_duplicate_data\":false}");
        assertThat(first.get("payload").toString()).isEqualTo("{\"a\":\"é\"}");
        assertThat(first.get("event_id").asString()).isEqualTo(message.event().toString());
        assertThat(first.get("sequence").asLong()).isEqualTo(17);
        assertThat(first.get("type").asString()).isEqualTo("order.created");
        assertThat(first.get("source").asString()).isEqualTo(ODD);
        assertThat(sent.json().get(1).has("payload")).isFalse();
        assertThat(sent.json()).hasSize(2);
        assertThat(sent.length).isEqualTo(sent.bytes.size());
    }

    @Test
    void aLongAnswerIsSentInPiecesWithoutALength() throws IOException {
        Payload large = Payload.of("{\"a\":\"" + "x".repeat(100_000) + "\"}");
        MessageJson.write(
                buffer,
                IntStream.range(1, 500)
                        .mapToObj(i -> message(i, "/s", i % 100 == 0 ? Optional.of(large) : Optional.empty()))
                        .toList());
        buffer.close();
        assertThat(sent.length).isEqualTo(-1);
        JsonNode all = sent.json();
        assertThat(all).hasSize(499);
        for (int i = 1; i < 500; i++) {
            assertThat(all.get(i - 1).get("sequence").asInt()).isEqualTo(i);
        }
        assertThat(all.get(99).at("/payload/a").asString()).hasSize(100_000);
    }

    @Test
    void nothingIsAnEmptyList() throws IOException {
        MessageJson.write(buffer, List.of());
        new EventJson("data", "accepted_at", "status", "available").write(buffer, List.of());
        buffer.close();
        assertThat(sent.bytes.toString(UTF_8)).isEqualTo("[][]");
    }

    @Test
    void eventsOfAPageReadAsTheyWere() throws IOException {
        InboxEvent event = new InboxEvent(
                EventId.fresh(AT),
                5,
                new EventType("a"),
                ODD,
                Optional.of(ODD),
                AT,
                AT.plusSeconds(1),
                Payload.of("{}"),
                Status.AVAILABLE,
                2);
        InboxEvent without = new InboxEvent(
                event.id(), 6, event.type(), "/s", Optional.empty(), AT, AT, event.data(), Status.ACKED, 0);
        new EventJson("payload", "created_at", "delivery_status", "pending").write(buffer, List.of(event, without));
        buffer.close();
        JsonNode first = sent.json().get(0);
        assertThat(first.get("source").asString()).isEqualTo(ODD);
        assertThat(first.get("subject").asString()).isEqualTo(ODD);
        assertThat(first.get("time").asString()).isEqualTo(AT.toString());
        assertThat(first.get("created_at").asString())
                .isEqualTo(AT.plusSeconds(1).toString());
        assertThat(first.get("payload").toString()).isEqualTo("{}");
        assertThat(first.get("delivery_status").asString()).isEqualTo("pending");
        assertThat(first.get("lease_count").asInt()).isEqualTo(2);
        JsonNode second = sent.json().get(1);
        assertThat(second.get("subject").isNull()).isTrue();
        assertThat(second.get("delivery_status").asString()).isEqualTo("acked");
    }
}
