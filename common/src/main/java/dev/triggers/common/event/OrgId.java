package dev.triggers.common.event;

import java.util.UUID;

/** The organisation an event belongs to: the tenant, and the key of every topic. Ordered as its text form is, and as PostgreSQL orders it. */
public record OrgId(UUID value) implements Comparable<OrgId> {

    /** Reads the lower-case text form. Throws {@link IllegalArgumentException} for anything else. */
    public static OrgId parse(String text) {
        return new OrgId(Uuids.parse("org", text));
    }

    /** Unsigned, unlike {@link UUID#compareTo}. */
    @Override
    public int compareTo(OrgId other) {
        int high = Long.compareUnsigned(value.getMostSignificantBits(), other.value.getMostSignificantBits());
        return high != 0
                ? high
                : Long.compareUnsigned(value.getLeastSignificantBits(), other.value.getLeastSignificantBits());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
