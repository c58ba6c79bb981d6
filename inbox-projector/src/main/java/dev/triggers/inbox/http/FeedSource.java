package dev.triggers.inbox.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.Feed;
import dev.triggers.inbox.Feed.Stretch;
import dev.triggers.inbox.History.PastEvent;
import dev.triggers.inbox.TypePattern;
import dev.triggers.inbox.live.Source;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.function.BooleanSupplier;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** An org's events as frames, one each, from a sequence on. The id of a frame is where a client that lost it goes on. */
final class FeedSource implements Source {

    private static final JsonFactory JSON = new JsonFactory();
    private static final int RETRY_MILLIS = 2_000;

    private final Feed feed;
    private final OrgId org;
    private final List<TypePattern> types;
    private final BooleanSupplier permit;
    private long at;
    /** The last id the client was told. */
    private long told;

    /** @param after the sequence behind which it begins */
    FeedSource(Feed feed, OrgId org, List<TypePattern> types, BooleanSupplier permit, long after) {
        this.feed = feed;
        this.org = org;
        this.types = types;
        this.permit = permit;
        this.at = after;
        this.told = after;
    }

    /** Where it begins, so that a client that loses it before the first event misses none. */
    static byte[] greeting(long after) {
        return ("retry: " + RETRY_MILLIS + "\nid: " + after + "\n\n").getBytes(UTF_8);
    }

    @Override
    public boolean permitted() {
        return permit.getAsBoolean();
    }

    @Override
    public Portion read() {
        Stretch stretch = feed.after(org, at, types);
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        stretch.gone().ifPresent(gone -> {
            frames.writeBytes(("event: gap\nid: " + gone.last() + "\ndata: {\"from\":" + gone.first() + ",\"to\":"
                            + gone.last() + "}\n\n")
                    .getBytes(UTF_8));
            told = gone.last();
        });
        for (PastEvent event : stretch.events()) {
            frames.writeBytes(("id: " + event.sequence() + "\ndata: ").getBytes(UTF_8));
            writeLines(json(event), frames);
            told = event.sequence();
        }
        at = stretch.through();
        return new Portion(frames.toByteArray(), stretch.more());
    }

    @Override
    public byte[] heartbeat() {
        if (at == told) {
            return ": keep-alive\n\n".getBytes(UTF_8);
        }
        told = at;
        return (": keep-alive\nid: " + at + "\n\n").getBytes(UTF_8);
    }

    private static byte[] json(PastEvent event) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            HistoryController.write(json, event);
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    /** Data that was sent with line breaks in it is several lines of one frame; JSON has them between tokens only. */
    private static void writeLines(byte[] data, ByteArrayOutputStream frames) {
        int from = 0;
        for (int i = 0; i < data.length; i++) {
            if (data[i] == '\n' || data[i] == '\r') {
                frames.write(data, from, i - from);
                if (data[i] == '\r' && i + 1 < data.length && data[i + 1] == '\n') {
                    i++;
                }
                frames.writeBytes("\ndata: ".getBytes(UTF_8));
                from = i + 1;
            }
        }
        frames.write(data, from, data.length - from);
        frames.writeBytes("\n\n".getBytes(UTF_8));
    }
}
