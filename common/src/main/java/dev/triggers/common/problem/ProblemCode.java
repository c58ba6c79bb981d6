package dev.triggers.common.problem;

import java.util.Locale;

/** The kinds of error a caller can meet: what to call it, its HTTP status, and what to do about it. */
public enum ProblemCode {
    MALFORMED_JSON(400, "The body is not JSON", "Send one JSON document in UTF-8; the detail says where it breaks."),
    INVALID_EVENT(400, "The event is not valid", "Correct the member the detail names and send it again."),
    INVALID_PARAMETER(400, "A parameter is not valid", "Correct the parameter the detail names."),
    INVALID_CURSOR(
            400, "The cursor is not one of ours", "Start again without a cursor, then use next_cursor as it came."),
    LEASE_EXPIRED(400, "The lease has expired", "Lease again; the messages went back to the inbox."),
    MISSING_KEY(401, "No API key", "Send Authorization: Bearer <key> or X-API-Key: <key>."),
    INVALID_KEY(401, "The API key is not valid", "Check the key: it may be mistyped, expired, rotated or revoked."),
    MISSING_SCOPE(403, "The key may not do this", "Use a key with the scope the detail names."),
    ORG_SUSPENDED(403, "The organisation is suspended", "Ask the operator of this service."),
    NOT_FOUND(404, "Not found", "Check the path and the id; what is another organisation's is not found either."),
    METHOD_NOT_ALLOWED(405, "The method is not allowed here", "Use a method that the Allow header names."),
    NOT_ACCEPTABLE(406, "No such representation", "Ask for application/json."),
    INBOX_KEY_IN_USE(409, "The inbox key is in use", "Choose another key, or PUT to get the inbox that has it."),
    INBOX_PAUSED(409, "The inbox is paused and empty", "Resume it."),
    REBUILD_REFUSED(409, "The tables can not be built again now", "The detail says what is in the way."),
    TOO_MANY_INBOXES(409, "The organisation has too many inboxes", "Delete one that is not needed."),
    EVENT_TOO_LARGE(
            413,
            "The event is too large",
            "Keep data at or below 262,144 bytes: store the rest elsewhere and send a link."),
    BATCH_TOO_LARGE(413, "The batch is too large", "Send at most 10,000 events and 10 MiB in one request."),
    UNSUPPORTED_MEDIA_TYPE(415, "The content type is not supported", "Send one that the detail names."),
    RATE_LIMITED(429, "Over the rate limit", "Wait for as long as Retry-After says, then send again."),
    TOO_MANY_STREAMS(
            429, "Too many streams are open", "Close some that are not needed; one stream takes several types."),
    INTERNAL_ERROR(
            500,
            "Something broke here",
            "Report it with the X-Request-Id; a request with a dedup id is safe to repeat."),
    LOG_UNAVAILABLE(503, "The log is away", "Nothing was stored. Send again after Retry-After."),
    OUTCOME_UNKNOWN(
            503, "It is not known whether the event was stored", "Send again with the same dedup id: it is kept once."),
    OVERLOADED(503, "Too much at once", "Nothing was stored. Send again after Retry-After."),
    KEYS_UNAVAILABLE(503, "The key could not be checked", "The key may be good. Send again after Retry-After."),
    INBOX_UNAVAILABLE(503, "The inbox is away", "Ask again after Retry-After."),
    DRAINING(503, "This instance is going down", "Send again; another instance answers.");

    private final int status;
    private final String title;
    private final String remedy;

    ProblemCode(int status, String title, String remedy) {
        this.status = status;
        this.title = title;
        this.remedy = remedy;
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    /** What a caller should do, in one or two sentences. */
    public String remedy() {
        return remedy;
    }

    /** The code as it stands in bodies and in {@code /problems/{code}}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
