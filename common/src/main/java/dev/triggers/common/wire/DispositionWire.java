package dev.triggers.common.wire;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.Disposition.Acknowledged;
import dev.triggers.common.disposition.Disposition.Order;
import dev.triggers.common.disposition.Disposition.Ordered;
import dev.triggers.common.disposition.Disposition.Purged;
import dev.triggers.common.disposition.Disposition.Quarantined;
import dev.triggers.common.disposition.Disposition.Redriven;
import dev.triggers.common.disposition.Disposition.Replayed;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.Limits;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Uuids;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Dispositions as JSON, {@code {"inbox":…,"sequences":"{[1,5)}","at":…}}, with what was decided in {@code ce_type}; those
 * that somebody asked for with {@code "order","key","asked"} beside it.
 */
final class DispositionWire implements Wire<Disposition> {

    static final DispositionWire INSTANCE = new DispositionWire();

    private static final String ACKNOWLEDGED = "dev.triggers.acknowledged";
    private static final String QUARANTINED = "dev.triggers.quarantined";
    private static final String REDRIVEN = "dev.triggers.redriven";
    private static final String REPLAYED = "dev.triggers.replayed";
    private static final String PURGED = "dev.triggers.purged";
    private static final JsonFactory JSON = new JsonFactory();

    private DispositionWire() {}

    @Override
    public byte[] write(Disposition disposition, Headers headers) {
        String type = switch (disposition) {
            case Acknowledged _ -> ACKNOWLEDGED;
            case Quarantined _ -> QUARANTINED;
            case Redriven _ -> REDRIVEN;
            case Replayed _ -> REPLAYED;
            case Purged _ -> PURGED;
        };
        EventAttributes.add(headers, HeaderNames.TYPE, type);
        EventAttributes.add(headers, HeaderNames.ORG, disposition.org().toString());
        return json(disposition);
    }

    private static byte[] json(Disposition disposition) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeStringProperty("inbox", disposition.inbox().toString());
            json.writeStringProperty("sequences", disposition.sequences().toString());
            json.writeStringProperty("at", disposition.at().toString());
            if (disposition instanceof Ordered ordered) {
                json.writeStringProperty("order", ordered.order().id().toString());
                json.writeStringProperty("key", ordered.order().keyId());
                json.writeStringProperty("asked", ordered.order().asked());
            }
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    @Override
    public Disposition read(Headers headers, byte @Nullable [] value) {
        RecordHeadersReader reader = new RecordHeadersReader(headers);
        OrgId org = reader.value(HeaderNames.ORG, OrgId::parse);
        String type = reader.text(HeaderNames.TYPE);
        if (value == null) {
            throw new UnreadableRecord("value: null (expected: a JSON object)");
        }
        Map<String, String> members = members(value);
        InboxId inbox = InboxId.parse(member(members, "inbox"));
        Sequences sequences = Sequences.parse(member(members, "sequences"));
        Instant at = Instant.parse(member(members, "at"));
        return switch (type) {
            case ACKNOWLEDGED -> new Acknowledged(org, inbox, sequences, at);
            case QUARANTINED -> new Quarantined(org, inbox, sequences, at);
            case REDRIVEN -> new Redriven(org, inbox, sequences, at, order(members));
            case REPLAYED -> new Replayed(org, inbox, sequences, at, order(members));
            case PURGED -> new Purged(org, inbox, sequences, at, order(members));
            default ->
                throw new UnreadableRecord(HeaderNames.TYPE + ": " + Limits.cut(type)
                        + " (expected: a kind of disposition, such as " + ACKNOWLEDGED + ")");
        };
    }

    private static Order order(Map<String, String> members) {
        return new Order(
                Uuids.parse("order", member(members, "order")), member(members, "key"), member(members, "asked"));
    }

    private static Map<String, String> members(byte[] value) {
        Map<String, String> members = new HashMap<>();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), value)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                members.put(name, parser.getString());
            }
            return members;
        } catch (JacksonException e) {
            throw new UnreadableRecord("value: " + e.getOriginalMessage(), e);
        }
    }

    private static String member(Map<String, String> members, String name) {
        String value = members.get(name);
        if (value == null) {
            throw new UnreadableRecord(name + ": missing (expected: a member)");
        }
        return value;
    }
}
