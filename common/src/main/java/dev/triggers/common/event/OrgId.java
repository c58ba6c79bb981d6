package dev.triggers.common.event;

import java.util.UUID;

/** The organisation an event belongs to: the tenant, and the key of every topic. */
public record OrgId(UUID value) {

    /** Reads the lower-case text form. Throws {@link IllegalArgumentException} for anything else. */
    public static OrgId parse(String text) {
        return new OrgId(Uuids.parse("org", text));
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
