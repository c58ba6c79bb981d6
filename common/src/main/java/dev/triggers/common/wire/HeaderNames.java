package dev.triggers.common.wire;

/** Names of record headers: CloudEvents attributes as the Kafka binding spells them, and ours, which all begin with {@code trg}. */
public final class HeaderNames {

    /** What every CloudEvents attribute's header begins with. */
    public static final String CE = "ce_";
    /** What every attribute of ours begins with; a producer may not use it. */
    public static final String OURS = "trg";

    public static final String SPEC_VERSION = "ce_specversion";
    public static final String ID = "ce_id";
    public static final String SOURCE = "ce_source";
    public static final String TYPE = "ce_type";
    public static final String TIME = "ce_time";
    public static final String SUBJECT = "ce_subject";
    public static final String CONTENT_TYPE = "content-type";
    public static final String TRACEPARENT = "traceparent";

    /** The event id, a UUID. */
    public static final String EVENT_ID = "ce_trgeventid";
    /** The org, a UUID: the key once more, so that headers alone name their tenant. */
    public static final String ORG = "ce_trgorg";
    /** The producer's dedup id, where there is one. */
    public static final String DEDUP_ID = "ce_trgdedupid";
    /** When an ingest instance took the submission, by its clock. */
    public static final String RECEIVED_AT = "ce_trgreceivedat";
    /** The org's plan as the ingest instance knew it. On {@code ingested} only. */
    public static final String PLAN = "ce_trgplan";
    /** The receipt of an earlier submission that this one repeats by somebody's decision. On {@code ingested} only. */
    public static final String REDRIVES = "ce_trgredrives";
    /** Where the submission stands in {@code ingested}: partition-offset. */
    public static final String RECEIPT = "ce_trgreceipt";
    /** The org's sequence, on {@code accepted}. */
    public static final String SEQUENCE = "ce_trgsequence";
    /** When the processor decided, on {@code accepted} and {@code rejected}. */
    public static final String DECIDED_AT = "ce_trgdecidedat";
    /** What became of the submission, on {@code rejected}. */
    public static final String OUTCOME = "ce_trgoutcome";
    /** The receipt of the submission that was there first, on duplicates and conflicts. */
    public static final String ORIGINAL = "ce_trgoriginal";
    /** On {@code ingested} only: that the record is a marker of an inbox and no submission, and of which kind. */
    public static final String MARKER = "ce_trgmarker";
    /** Why, in words. */
    public static final String REASON = "ce_trgreason";

    private HeaderNames() {}
}
