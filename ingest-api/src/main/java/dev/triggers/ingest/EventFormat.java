package dev.triggers.ingest;

/** How one event is written in JSON. */
public enum EventFormat {
    /** {@code {type, data, …}}, ours. */
    JSON {
        @Override
        EventBody parse(byte[] text, int from, int to) {
            return EventParser.parse(text, from, to);
        }
    },
    /** CloudEvents 1.0, JSON event format. */
    CLOUDEVENT {
        @Override
        EventBody parse(byte[] text, int from, int to) {
            return CloudEventParser.parse(text, from, to);
        }
    };

    /** Reads the event that is all of {@code text[from, to)}. Throws {@link dev.triggers.common.problem.ProblemException}. */
    abstract EventBody parse(byte[] text, int from, int to);

    /** The same for a whole body, which may begin with a byte order mark. */
    public EventBody parse(byte[] body, int size) {
        return parse(body, textBegin(body, size), size);
    }

    /** Where the text of a body begins: after its byte order mark, if it has one. */
    public static int textBegin(byte[] body, int size) {
        return JsonText.begin(body, size);
    }
}
