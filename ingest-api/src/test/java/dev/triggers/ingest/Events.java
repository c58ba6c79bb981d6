package dev.triggers.ingest;

import dev.triggers.access.Caller;
import dev.triggers.access.Scope;
import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.Event;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.EventType;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Payload;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.wire.Submission;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Callers and submissions for tests. */
public final class Events {

    public static final Instant NOW = Instant.parse("2026-01-31T12:00:00.123Z");

    private Events() {}

    public static Caller caller(Scope... scopes) {
        return new Caller(
                new OrgId(UUID.randomUUID()),
                "abcdefgh",
                Set.of(scopes),
                Plan.parse("3;1000;1000"),
                false,
                Optional.empty(),
                4);
    }

    public static Submission submission(OrgId org, String data) {
        EventId id = EventId.fresh(NOW);
        return new Submission(
                new Event(
                        org,
                        id,
                        id.toString(),
                        "/größe",
                        new EventType("order.created"),
                        Optional.of("order/7"),
                        OffsetDateTime.parse("2026-01-31T13:00:00+01:00"),
                        Optional.of(new DedupId("order-7 é")),
                        Map.of(),
                        Optional.of("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
                        Payload.of(data)),
                NOW,
                Plan.parse("3;1000;1000"));
    }
}
