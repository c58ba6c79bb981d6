package dev.triggers.common.disposition;

import dev.triggers.common.event.OrgId;
import java.time.Instant;

/** A decision about sequences of an inbox, applied by the projector in log order. Applying one twice changes nothing. */
public sealed interface Disposition {

    OrgId org();

    InboxId inbox();

    /** What it is about. */
    Sequences sequences();

    /** When it was decided, by the deciding instance's clock. For people; the order is the log's. */
    Instant at();

    /** These were handled and never come back. */
    record Acknowledged(OrgId org, InboxId inbox, Sequences sequences, Instant at) implements Disposition {}

    /** These failed too often, or were rejected: they stay, and are not handed out again. */
    record Quarantined(OrgId org, InboxId inbox, Sequences sequences, Instant at) implements Disposition {}
}
