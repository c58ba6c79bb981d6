package dev.triggers.common.wire;

import static dev.triggers.common.wire.HeaderContract.always;
import static dev.triggers.common.wire.HeaderContract.oneOf;
import static dev.triggers.common.wire.HeaderContract.sometimes;

import dev.triggers.common.event.Limits;
import dev.triggers.common.wire.MessageContract.ValueContract;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The words of the table of topics. Every header that a {@link Wire} writes stands here; a test compares the two. */
final class TopicContracts {

    /** Of the contract: the last number rises with its words, the middle one when something is added; the first never. */
    static final String VERSION = "1.1.0";

    private static final String ORG_KEY = "the organisation's id: a UUID as 36 characters of text";
    private static final String BY_ORG =
            "One organisation's records stand in one partition, in the order they were written.";
    private static final String ONCE =
            "Exactly once, for readers with `isolation.level=read_committed`: it is written in "
                    + "transactions, and what was aborted stays in the partition.";

    private static final String TIME = "2026-11-23T08:00:00.123Z";
    private static final String UUID_EXAMPLE = "0197a2c4-8f00-7000-8000-000000000001";

    private static final ValueContract EVENT_DATA = new ValueContract(
            "application/json",
            String.format(
                    Locale.ROOT,
                    "the event's `data`: a JSON object of at most %,d bytes, byte for byte as it was sent",
                    Limits.DATA_BYTES),
            """
            {"type":"object"}""");
    private static final ValueContract NOTHING = new ValueContract("application/json", "empty: no bytes", """
            {"type":"null"}""");

    private static final HeaderContract RECEIPT = always(
            HeaderNames.RECEIPT,
            "where the submission stands in `triggers.ingested`: `partition-offset`; as in the 202",
            "3-1234");
    private static final HeaderContract RECEIVED_AT = always(
            HeaderNames.RECEIVED_AT, "when it was received, by the clock of the instance that took it; UTC", TIME);
    private static final HeaderContract DECIDED_AT =
            always(HeaderNames.DECIDED_AT, "when it was decided; never backwards within an organisation; UTC", TIME);
    private static final HeaderContract REASON =
            always(HeaderNames.REASON, "why, in words for people; the wording may change", "seen before");
    private static final HeaderContract ORG =
            always(HeaderNames.ORG, "the organisation's id: the key once more", UUID_EXAMPLE);

    /** Those of an event, wherever it stands. */
    static final List<HeaderContract> EVENT = List.of(
            oneOf(HeaderNames.SPEC_VERSION, "the version of CloudEvents", "1.0"),
            always(
                    HeaderNames.ID,
                    "the producer's own id where it sent a CloudEvent, else the event id; 1 to 1,024 characters",
                    "A-1001"),
            always(
                    HeaderNames.SOURCE,
                    "where it comes from, by the producer's word, else `/orgs/{organisation}`; 1 to 1,024 characters",
                    "/shop/berlin"),
            always(HeaderNames.TYPE, "what happened; 1 to 255 characters", "order.created"),
            always(
                    HeaderNames.TIME,
                    "when it happened, by the producer's word, else when it was received; RFC 3339 with the producer's "
                            + "offset",
                    "2026-11-23T09:00:00+01:00"),
            sometimes(HeaderNames.SUBJECT, "what it is about; 1 to 255 characters", "order/1001"),
            oneOf(HeaderNames.CONTENT_TYPE, "of the value", "application/json"),
            sometimes(
                    HeaderNames.TRACEPARENT,
                    "W3C trace context of the request that brought it",
                    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
            always(
                    HeaderNames.EVENT_ID,
                    "the event id, a UUID: the id of the 202; the same for every submission with the same dedup id",
                    UUID_EXAMPLE),
            ORG,
            sometimes(HeaderNames.DEDUP_ID, "the producer's dedup id; 1 to 255 characters", "order-1001"),
            sometimes(HeaderContract.EXTENSION, "a CloudEvents extension of the producer's, under its name", "eu"));

    static final TopicContract INGESTED = new TopicContract(
            "ingest-api; inbox-projector (redrives, markers of inboxes)",
            "event-processor, and inbox-projector for receipts; of no use to anybody else",
            "every submission that was answered 202, before anything was decided about it, and markers of inboxes among them",
            ORG_KEY,
            BY_ORG + " Offsets have no gaps: it is written without transactions, and an offset is half of a receipt.",
            "At least once: a submission that was not confirmed in time may stand here all the same, and its repetition "
                    + "too. Each has a receipt and an outcome of its own.",
            List.of(
                    new MessageContract(
                            "submission",
                            "an event as it was received",
                            event(
                                    RECEIVED_AT,
                                    always(
                                            HeaderNames.PLAN,
                                            "the organisation's limit as the instance knew it: `version;events per minute;burst` "
                                                    + "or `version;unlimited`",
                                            "3;1000;1000"),
                                    sometimes(
                                            HeaderNames.REDRIVES,
                                            "the receipt of the throttled submission that this one repeats, by somebody's decision",
                                            "3-1200")),
                            EVENT_DATA),
                    new MessageContract(
                            "marker",
                            "an inbox begins, pauses or resumes here: no submission",
                            List.of(
                                    oneOf(HeaderNames.MARKER, "which of the three", "began", "paused", "resumed"),
                                    ORG,
                                    always(
                                            HeaderNames.RECEIVED_AT,
                                            "when it was sent, by the clock of the instance; UTC",
                                            TIME)),
                            new ValueContract(
                                    "application/json",
                                    "the inbox, the number of the change among its changes, and where it begins: `now`, or "
                                            + "the first sequence",
                                    """
                                    {"type":"object","required":["inbox","number","start"],"additionalProperties":false,
                                     "properties":{"inbox":{"type":"string","format":"uuid"},
                                      "number":{"type":"string","pattern":"^[0-9]+$"},
                                      "start":{"type":"string","pattern":"^(now|[0-9]+)$"}}}"""))));

    static final TopicContract ACCEPTED = new TopicContract(
            "event-processor",
            "**subscribers**, and inbox-projector",
            "admitted events, as CloudEvents 1.0 in the Kafka binding's binary mode",
            ORG_KEY,
            BY_ORG + " `ce_trgsequence` counts them: 1, 2, 3 … without a gap in each organisation.",
            ONCE + " Within the de-duplication window, 24 h unless set otherwise, a dedup id is accepted once.",
            List.of(new MessageContract(
                    "accepted",
                    "an admitted event and its place in its organisation's order",
                    event(
                            RECEIPT,
                            always(
                                    HeaderNames.SEQUENCE,
                                    "the event's place in its organisation's order: 1, 2, 3 … without a gap",
                                    "17"),
                            RECEIVED_AT,
                            DECIDED_AT),
                    EVENT_DATA)));

    static final TopicContract REJECTED = new TopicContract(
            "event-processor",
            "inbox-projector, and who watches what is refused",
            "the outcome of every submission that was not accepted",
            ORG_KEY,
            BY_ORG,
            ONCE + " A submission has one outcome: it is here once, or in `triggers.accepted` once.",
            List.of(
                    new MessageContract(
                            "throttled",
                            "above the organisation's limit, debt included; not remembered, so it may be sent again",
                            event(RECEIPT, outcome("throttled"), REASON, RECEIVED_AT, DECIDED_AT),
                            EVENT_DATA),
                    new MessageContract(
                            "refused",
                            "a duplicate; a conflict: the same dedup id with other content; or dead: too large to be written "
                                    + "again",
                            event(
                                    RECEIPT,
                                    outcome("duplicate", "conflict", "dead"),
                                    sometimes(
                                            HeaderNames.ORIGINAL,
                                            "the receipt of the submission that was there first; for duplicate and conflict",
                                            "3-12"),
                                    REASON,
                                    RECEIVED_AT,
                                    DECIDED_AT),
                            NOTHING),
                    new MessageContract(
                            "unreadable",
                            "a submission that could not be read; whole in `triggers.dead-letters`",
                            List.of(
                                    ORG,
                                    RECEIPT,
                                    outcome("dead"),
                                    REASON,
                                    always(HeaderNames.RECEIVED_AT, "when the log took it; UTC", TIME),
                                    DECIDED_AT),
                            NOTHING)));

    static final TopicContract THROTTLED = new TopicContract(
            "event-processor",
            "ingest-api",
            "how long an organisation has to wait until its budget is back",
            ORG_KEY,
            BY_ORG + " The latest counts, and ends by itself.",
            ONCE,
            List.of(new MessageContract(
                    "throttle",
                    "milliseconds to wait from when the record was written; a record without a value: no longer",
                    List.of(),
                    new ValueContract("text/plain", "milliseconds in decimal digits", """
                    {"type":"string","pattern":"^[0-9]{1,19}$"}"""))));

    static final TopicContract DISPOSITIONS = new TopicContract(
            "inbox-projector; event-processor (stamps of markers, in transactions: read it with "
                    + "`isolation.level=read_committed`)",
            "inbox-projector, and who audits what was done with events",
            "decisions about events of an inbox, and where in the order inboxes begin, pause and resume",
            ORG_KEY,
            BY_ORG,
            "At least once: applying one twice changes nothing.",
            List.of(
                    disposition("acknowledged", "these were handled and never come back"),
                    disposition(
                            "quarantined",
                            "these failed too often, or were rejected: they stay, and are not handed out again"),
                    ordered(
                            "redriven",
                            "those of these that are quarantined may be handed out again, as if never before"),
                    ordered("replayed", "those of these that are done are open again"),
                    ordered("purged", "these were given up unread and never come back"),
                    stamped("began", "an inbox takes what is accepted from its start on", """
                            ,"start\"""", """
                            ,"start":{"type":"string","pattern":"^(now|[0-9]+)$"}"""),
                    stamped("paused", "what comes after the sequence does not enter", "", ""),
                    stamped("resumed", "what comes after the sequence enters again", "", "")));

    static final TopicContract DEAD_LETTERS = new TopicContract(
            "event-processor, inbox-projector",
            "operators",
            "what could not be read or kept: headers and value as they stood, with the reason",
            "as it stood: any bytes, or none",
            "None.",
            ONCE + " What inbox-projector writes may come twice.",
            List.of(new MessageContract(
                    "dead-letter",
                    "a record that could not be read, or whose values PostgreSQL refuses",
                    List.of(
                            always(
                                    DeadLetter.ORIGIN,
                                    "where it stood: `topic-partition@offset`",
                                    "triggers.ingested-3@1234"),
                            REASON,
                            sometimes(
                                    HeaderContract.ORIGINAL,
                                    "the headers of the record, as they stood; where it could be read, those that its topic names",
                                    "")),
                    new ValueContract(
                            "application/octet-stream",
                            "the value as it stood: any bytes; empty where there was none",
                            "{}"))));

    private TopicContracts() {}

    /** The headers of an event, and these. */
    private static List<HeaderContract> event(HeaderContract... more) {
        List<HeaderContract> headers = new ArrayList<>(EVENT);
        headers.addAll(List.of(more));
        return headers;
    }

    private static HeaderContract outcome(String... values) {
        return oneOf(HeaderNames.OUTCOME, "what became of the submission", values);
    }

    private static MessageContract disposition(String name, String meaning) {
        return disposition(
                name,
                meaning,
                "the inbox, the sequences as PostgreSQL writes an int8multirange, and when it was decided",
                "",
                "");
    }

    /** One that somebody asked for. */
    private static MessageContract ordered(String name, String meaning) {
        return disposition(
                name,
                meaning,
                "the inbox, the sequences as PostgreSQL writes an int8multirange, when it was decided; the order's id, the "
                        + "public part of the API key that asked, and what was asked in a few words",
                """
                ,"order","key","asked\"""",
                """
                ,"order":{"type":"string","format":"uuid"},"key":{"type":"string"},"asked":{"type":"string"}""");
    }

    /** A marker and the place it stands at. */
    private static MessageContract stamped(String name, String meaning, String required, String properties) {
        return new MessageContract(
                name,
                meaning,
                List.of(oneOf(HeaderNames.TYPE, "what was decided", "dev.triggers." + name), ORG),
                new ValueContract(
                        "application/json",
                        "the inbox, the number of the change among its changes, the organisation's last sequence where the "
                                + "marker stands, its receipt, when the log took it and when it was decided; and what was "
                                + "asked for as start",
                        """
                        {"type":"object","required":["inbox","number","sequence","receipt","received_at","at"%s],
                         "additionalProperties":false,
                         "properties":{"inbox":{"type":"string","format":"uuid"},
                          "number":{"type":"string","pattern":"^[0-9]+$"},
                          "sequence":{"type":"string","pattern":"^[0-9]+$"},
                          "receipt":{"type":"string","pattern":"^[0-9]+-[0-9]+$"},
                          "received_at":{"type":"string","format":"date-time"},
                          "at":{"type":"string","format":"date-time"}%s}}""".formatted(required, properties)));
    }

    private static MessageContract disposition(
            String name, String meaning, String value, String required, String properties) {
        return new MessageContract(
                name,
                meaning,
                List.of(oneOf(HeaderNames.TYPE, "what was decided", "dev.triggers." + name), ORG),
                new ValueContract("application/json", value, """
                        {"type":"object","required":["inbox","sequences","at"%s],"additionalProperties":false,
                         "properties":{"inbox":{"type":"string","format":"uuid"},
                          "sequences":{"type":"string","pattern":"^\\\\{(\\\\[[0-9]+,[0-9]+\\\\)(,\\\\[[0-9]+,[0-9]+\\\\))*)?\\\\}$"},
                          "at":{"type":"string","format":"date-time"}%s}}""".formatted(required, properties)));
    }
}
