package dev.triggers.proof;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Parts of a JSON document as the bytes they are, not as what they mean. */
final class RawJson {

    private static final JsonFactory JSON = new JsonFactory();

    private RawJson() {}

    /** The member {@code data} of a submitted event. */
    static String data(String event) {
        byte[] bytes = event.getBytes(UTF_8);
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), bytes)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean wanted = parser.currentName().equals("data");
                parser.nextToken();
                String value = value(parser, bytes);
                if (wanted) {
                    return value;
                }
            }
        }
        throw new IllegalArgumentException("no data: " + event);
    }

    /** The member {@code data} of each element of {@code events}. */
    static List<String> dataOfEvents(byte[] page) {
        List<String> data = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), page)) {
            int depth = 0;
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.PROPERTY_NAME
                        && depth == 2
                        && parser.currentName().equals("data")) {
                    parser.nextToken();
                    data.add(value(parser, page));
                } else if (token == JsonToken.START_OBJECT) {
                    depth++;
                } else if (token == JsonToken.END_OBJECT) {
                    depth--;
                }
            }
        }
        return data;
    }

    private static String value(JsonParser parser, byte[] bytes) {
        int begin = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        int end = (int) parser.currentLocation().getByteOffset();
        return new String(bytes, begin, end - begin, UTF_8);
    }
}
