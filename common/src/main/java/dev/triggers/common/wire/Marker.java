package dev.triggers.common.wire;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Start;
import dev.triggers.common.event.Limits;
import dev.triggers.common.event.OrgId;
import java.time.Instant;
import java.util.Locale;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A change of an inbox that takes effect at an exact place among its org's submissions: where it stands in the log. The
 * processor answers it with a {@link dev.triggers.common.disposition.Disposition.Stamped}. It takes no sequence and no
 * token. Sent again it is stamped again; the first stamp of a number is the one that counts.
 *
 * @param number of the change among those of its inbox, from 1
 * @param start for {@link Kind#BEGAN}; {@link Start#NOW} for the others
 * @param sentAt by the sending instance's clock. For people
 */
public record Marker(OrgId org, InboxId inbox, int number, Kind kind, Start start, Instant sentAt) implements Ingested {

    /** What changes. */
    public enum Kind {
        BEGAN,
        PAUSED,
        RESUMED;

        static Kind parse(String text) {
            for (Kind kind : values()) {
                if (kind.toString().equals(text)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("marker: " + Limits.cut(text) + " (expected: began, paused or resumed)");
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public Marker {
        if (number < 1) {
            throw new IllegalArgumentException("number: " + number + " (expected: 1 and up)");
        }
    }

    /** The kind in its own header; {@code {"inbox":…,"number":"1","start":"now"}} as value. */
    static final Wire<Marker> WIRE = new Wire<>() {
        @Override
        public byte[] write(Marker marker, Headers headers) {
            EventAttributes.add(headers, HeaderNames.MARKER, marker.kind.toString());
            EventAttributes.add(headers, HeaderNames.ORG, marker.org.toString());
            EventAttributes.add(headers, HeaderNames.RECEIVED_AT, marker.sentAt);
            return JsonTexts.write(json -> {
                json.writeStringProperty("inbox", marker.inbox.toString());
                json.writeStringProperty("number", Integer.toString(marker.number));
                json.writeStringProperty("start", marker.start.toString());
            });
        }

        @Override
        public Marker read(Headers headers, byte @Nullable [] value) {
            RecordHeadersReader reader = new RecordHeadersReader(headers);
            JsonTexts members = JsonTexts.read(value);
            return new Marker(
                    reader.value(HeaderNames.ORG, OrgId::parse),
                    members.value("inbox", InboxId::parse),
                    members.value("number", Marker::number),
                    reader.value(HeaderNames.MARKER, Kind::parse),
                    members.value("start", Start::parse),
                    reader.value(HeaderNames.RECEIVED_AT, Timestamps::instant));
        }
    };

    private static int number(String text) {
        int number = Integer.parseInt(text);
        if (number < 1) {
            throw new IllegalArgumentException("expected: 1 and up");
        }
        return number;
    }
}
