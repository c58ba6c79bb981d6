package dev.triggers.common.disposition;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Uuids;
import java.util.UUID;

/** One inbox of an org. */
public record InboxId(UUID value) {

    /** The org's {@code default} inbox, which holds everything: derived, so that it needs no look-up and no creation. */
    public static InboxId defaultOf(OrgId org) {
        return new InboxId(Uuids.derived(("default inbox of " + org).getBytes(UTF_8)));
    }

    public static InboxId parse(String text) {
        return new InboxId(Uuids.parse("inbox", text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
