package dev.triggers.common.wire;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.Disposition.Acknowledged;
import dev.triggers.common.disposition.Disposition.Began;
import dev.triggers.common.disposition.Disposition.Paused;
import dev.triggers.common.disposition.Disposition.Quarantined;
import dev.triggers.common.disposition.Disposition.Resumed;
import dev.triggers.common.disposition.Disposition.Stamp;
import dev.triggers.common.disposition.Disposition.Stamped;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.disposition.Start;
import dev.triggers.common.event.Limits;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Dispositions as JSON, with what was decided in {@code ce_type}: {@code {"inbox":…,"sequences":"{[1,5)}","at":…}}, and of
 * a stamped marker {@code {"inbox":…,"start":…,"number":…,"sequence":…,"receipt":…,"received_at":…,"at":…}}.
 */
final class DispositionWire implements Wire<Disposition> {

    static final DispositionWire INSTANCE = new DispositionWire();

    private static final String ACKNOWLEDGED = "dev.triggers.acknowledged";
    private static final String QUARANTINED = "dev.triggers.quarantined";
    private static final String BEGAN = "dev.triggers.began";
    private static final String PAUSED = "dev.triggers.paused";
    private static final String RESUMED = "dev.triggers.resumed";

    private DispositionWire() {}

    @Override
    public byte[] write(Disposition disposition, Headers headers) {
        String type = switch (disposition) {
            case Acknowledged _ -> ACKNOWLEDGED;
            case Quarantined _ -> QUARANTINED;
            case Began _ -> BEGAN;
            case Paused _ -> PAUSED;
            case Resumed _ -> RESUMED;
        };
        EventAttributes.add(headers, HeaderNames.TYPE, type);
        EventAttributes.add(headers, HeaderNames.ORG, disposition.org().toString());
        return JsonTexts.write(json -> {
            json.writeStringProperty("inbox", disposition.inbox().toString());
            if (disposition instanceof Stamped stamped) {
                write(stamped, json);
            } else {
                json.writeStringProperty("sequences", disposition.sequences().toString());
            }
            json.writeStringProperty("at", disposition.at().toString());
        });
    }

    private static void write(Stamped stamped, JsonGenerator json) {
        if (stamped instanceof Began began) {
            json.writeStringProperty("start", began.start().toString());
        }
        Stamp stamp = stamped.stamp();
        json.writeStringProperty("number", Integer.toString(stamp.number()));
        json.writeStringProperty("sequence", Long.toString(stamp.sequence()));
        json.writeStringProperty("receipt", stamp.receipt().toString());
        json.writeStringProperty("received_at", stamp.receivedAt().toString());
    }

    @Override
    public Disposition read(Headers headers, byte @Nullable [] value) {
        RecordHeadersReader reader = new RecordHeadersReader(headers);
        OrgId org = reader.value(HeaderNames.ORG, OrgId::parse);
        String type = reader.text(HeaderNames.TYPE);
        JsonTexts members = JsonTexts.read(value);
        InboxId inbox = members.value("inbox", InboxId::parse);
        Instant at = members.value("at", Instant::parse);
        return switch (type) {
            case ACKNOWLEDGED -> new Acknowledged(org, inbox, members.value("sequences", Sequences::parse), at);
            case QUARANTINED -> new Quarantined(org, inbox, members.value("sequences", Sequences::parse), at);
            case BEGAN -> new Began(org, inbox, members.value("start", Start::parse), stamp(members, at));
            case PAUSED -> new Paused(org, inbox, stamp(members, at));
            case RESUMED -> new Resumed(org, inbox, stamp(members, at));
            default ->
                throw new UnreadableRecord(HeaderNames.TYPE + ": " + Limits.cut(type)
                        + " (expected: a kind of disposition, such as " + ACKNOWLEDGED + ")");
        };
    }

    private static Stamp stamp(JsonTexts members, Instant at) {
        return new Stamp(
                members.value("number", Integer::parseInt),
                members.value("sequence", Long::parseLong),
                members.value("receipt", Receipt::parse),
                members.value("received_at", Instant::parse),
                at);
    }
}
