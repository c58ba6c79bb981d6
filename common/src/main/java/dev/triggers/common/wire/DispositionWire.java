package dev.triggers.common.wire;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.Disposition.Acknowledged;
import dev.triggers.common.disposition.Disposition.Began;
import dev.triggers.common.disposition.Disposition.Order;
import dev.triggers.common.disposition.Disposition.Ordered;
import dev.triggers.common.disposition.Disposition.Paused;
import dev.triggers.common.disposition.Disposition.Purged;
import dev.triggers.common.disposition.Disposition.Quarantined;
import dev.triggers.common.disposition.Disposition.Redriven;
import dev.triggers.common.disposition.Disposition.Replayed;
import dev.triggers.common.disposition.Disposition.Resumed;
import dev.triggers.common.disposition.Disposition.Stamp;
import dev.triggers.common.disposition.Disposition.Stamped;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.disposition.Start;
import dev.triggers.common.event.Limits;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.event.Uuids;
import java.time.Instant;
import java.util.function.Function;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Dispositions as JSON, with what was decided in {@code ce_type}: {@code {"inbox":…,"sequences":"{[1,5)}","at":…}}; those
 * that somebody asked for with {@code "order","key","asked"} beside it; and a stamped marker as
 * {@code {"inbox":…,"start":…,"number":…,"sequence":…,"receipt":…,"received_at":…,"at":…}}.
 */
final class DispositionWire implements Wire<Disposition> {

    static final DispositionWire INSTANCE = new DispositionWire();

    private static final String ACKNOWLEDGED = "dev.triggers.acknowledged";
    private static final String QUARANTINED = "dev.triggers.quarantined";
    private static final String REDRIVEN = "dev.triggers.redriven";
    private static final String REPLAYED = "dev.triggers.replayed";
    private static final String PURGED = "dev.triggers.purged";
    private static final String BEGAN = "dev.triggers.began";
    private static final String PAUSED = "dev.triggers.paused";
    private static final String RESUMED = "dev.triggers.resumed";

    private DispositionWire() {}

    @Override
    public byte[] write(Disposition disposition, Headers headers) {
        String type = switch (disposition) {
            case Acknowledged _ -> ACKNOWLEDGED;
            case Quarantined _ -> QUARANTINED;
            case Redriven _ -> REDRIVEN;
            case Replayed _ -> REPLAYED;
            case Purged _ -> PURGED;
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
            if (disposition instanceof Ordered ordered) {
                json.writeStringProperty("order", ordered.order().id().toString());
                json.writeStringProperty("key", ordered.order().keyId());
                json.writeStringProperty("asked", ordered.order().asked());
            }
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
            case ACKNOWLEDGED -> new Acknowledged(org, inbox, sequences(members), at);
            case QUARANTINED -> new Quarantined(org, inbox, sequences(members), at);
            case REDRIVEN -> new Redriven(org, inbox, sequences(members), at, order(members));
            case REPLAYED -> new Replayed(org, inbox, sequences(members), at, order(members));
            case PURGED -> new Purged(org, inbox, sequences(members), at, order(members));
            case BEGAN -> new Began(org, inbox, members.value("start", Start::parse), stamp(members, at));
            case PAUSED -> new Paused(org, inbox, stamp(members, at));
            case RESUMED -> new Resumed(org, inbox, stamp(members, at));
            default ->
                throw new UnreadableRecord(HeaderNames.TYPE + ": " + Limits.cut(type)
                        + " (expected: a kind of disposition, such as " + ACKNOWLEDGED + ")");
        };
    }

    private static Sequences sequences(JsonTexts members) {
        return members.value("sequences", Sequences::parse);
    }

    private static Order order(JsonTexts members) {
        return new Order(
                members.value("order", text -> Uuids.parse("order", text)),
                members.value("key", Function.identity()),
                members.value("asked", Function.identity()));
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
