package dev.triggers.common.event;

/** The producer's own name for what it submits, 1 to 255 printable characters: the same one again is a retry. */
public record DedupId(String value) {

    public DedupId {
        Limits.requirePrintable("dedup_id", value, Limits.DEDUP_ID_CHARS);
    }

    @Override
    public String toString() {
        return value;
    }
}
