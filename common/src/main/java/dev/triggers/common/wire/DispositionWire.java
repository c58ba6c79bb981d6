package dev.triggers.common.wire;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.Disposition.Acknowledged;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.Limits;
import dev.triggers.common.event.OrgId;
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

/** Dispositions as JSON, {@code {"inbox":…,"sequences":"{[1,5)}","at":…}}, with what was decided in {@code ce_type}. */
final class DispositionWire implements Wire<Disposition> {

    static final DispositionWire INSTANCE = new DispositionWire();

    private static final String ACKNOWLEDGED = "dev.triggers.acknowledged";
    private static final JsonFactory JSON = new JsonFactory();

    private DispositionWire() {}

    @Override
    public byte[] write(Disposition disposition, Headers headers) {
        return switch (disposition) {
            case Acknowledged acknowledged -> {
                EventAttributes.add(headers, HeaderNames.TYPE, ACKNOWLEDGED);
                EventAttributes.add(headers, HeaderNames.ORG, acknowledged.org().toString());
                yield json(acknowledged);
            }
        };
    }

    private static byte[] json(Acknowledged acknowledged) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeStringProperty("inbox", acknowledged.inbox().toString());
            json.writeStringProperty("sequences", acknowledged.sequences().toString());
            json.writeStringProperty("at", acknowledged.at().toString());
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    @Override
    public Disposition read(Headers headers, byte @Nullable [] value) {
        RecordHeadersReader reader = new RecordHeadersReader(headers);
        OrgId org = reader.value(HeaderNames.ORG, OrgId::parse);
        String type = reader.text(HeaderNames.TYPE);
        if (!type.equals(ACKNOWLEDGED) || value == null) {
            throw new UnreadableRecord(
                    HeaderNames.TYPE + ": " + Limits.cut(type) + " (expected: " + ACKNOWLEDGED + " with a value)");
        }
        Map<String, String> members = members(value);
        return new Acknowledged(
                org,
                InboxId.parse(member(members, "inbox")),
                Sequences.parse(member(members, "sequences")),
                Instant.parse(member(members, "at")));
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
