package dev.triggers.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.common.event.DedupId;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CloudEventParserTest {

    private static final String REQUIRED =
            "\"specversion\":\"1.0\",\"id\":\"A-1\",\"source\":\"https://shop.example/a?b=c\",\"type\":\"order.created\"";

    @Test
    void everyAttributeIsRead() {
        EventBody event = parse(
                ",\"subject\":\"order/7\",\"time\":\"2026-01-31T12:00:00Z\",\"datacontenttype\":\"application/json; charset=UTF-8\","
                        + "\"dataschema\":\"https://shop.example/schema\",\"data\":{ \"n\" : 0.10 }");

        assertThat(event.ceId()).contains("A-1");
        assertThat(event.dedupId()).contains(new DedupId("A-1"));
        assertThat(event.source()).contains("https://shop.example/a?b=c");
        assertThat(event.type()).hasToString("order.created");
        assertThat(event.subject()).contains("order/7");
        assertThat(event.time()).contains(OffsetDateTime.parse("2026-01-31T12:00:00Z"));
        assertThat(event.extensions()).containsOnly(Map.entry("dataschema", "https://shop.example/schema"));
        assertThat(new String(event.data().bytes(), UTF_8)).isEqualTo("{ \"n\" : 0.10 }");
    }

    @Test
    void extensionsAreTheirCanonicalStrings() {
        EventBody event = parse(",\"s\":\"ä😀 %41\",\"empty\":\"\",\"yes\":true,\"no\":false,\"most\":2147483647,"
                + "\"least\":-2147483648,\"zero\":-0,\"none\":null,\"abcdefghij0123456789\":\"x\",\"data\":{}");

        assertThat(event.extensions())
                .containsOnly(
                        Map.entry("s", "ä😀 %41"),
                        Map.entry("empty", ""),
                        Map.entry("yes", "true"),
                        Map.entry("no", "false"),
                        Map.entry("most", "2147483647"),
                        Map.entry("least", "-2147483648"),
                        Map.entry("zero", "0"),
                        Map.entry("abcdefghij0123456789", "x"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"trgorg\":\"x\"           | trgorg: reserved (expected: no attribute that begins with trg)",
                "\"trg\":null               | trg: reserved (expected: no attribute that begins with trg)",
                "\"trgx\":7                 | trgx: reserved (expected: no attribute that begins with trg)",
                "\"Name\":\"x\"             | Name: no attribute name (expected: 1 to 20 of a-z 0-9, and not data)",
                "\"a_b\":\"x\"              | a_b: no attribute name (expected: 1 to 20 of a-z 0-9, and not data)",
                "\"dedup_id\":\"x\"         | dedup_id: no attribute name (expected: 1 to 20 of a-z 0-9, and not data)",
                "\"\":\"x\"                 | : no attribute name (expected: 1 to 20 of a-z 0-9, and not data)",
                "\"abcdefghij01234567890\":1 | abcdefghij01234567890: no attribute name (expected: 1 to 20 of a-z 0-9, and not data)",
                "\"x\":1.5                  | x: a number with a fraction or exponent (expected: a string, a boolean or an integer of 32 bits)",
                "\"x\":1e3                  | x: a number with a fraction or exponent (expected: a string, a boolean or an integer of 32 bits)",
                "\"x\":2147483648           | x: an integer past 32 bits (expected: a string, a boolean or an integer of 32 bits)",
                "\"x\":123456789012345678901234567890 | x: an integer past 32 bits (expected: a string, a boolean or an integer of 32 bits)",
                "\"x\":{}                   | x: an object (expected: a string, a boolean or an integer of 32 bits)",
                "\"x\":[1]                  | x: an array (expected: a string, a boolean or an integer of 32 bits)",
                "\"x\":\"a\\u0000b\"        | x: a\\u0000b (expected: printable characters)",
                "\"subject\":7              | subject: a number (expected: a string)",
                "\"subject\":\"\"           | subject: 0 characters (expected: 1 to 255)",
                "\"time\":\"yesterday\"     | time: yesterday (expected: RFC 3339, as in 2026-01-31T12:00:00Z)",
                "\"dataschema\":\"a b\"     | dataschema: a b (expected: a URI reference)",
                "\"datacontenttype\":\"text/xml\" | datacontenttype: text/xml (expected: application/json, in UTF-8)",
                "\"datacontenttype\":\"application/json;charset=latin1\" | datacontenttype: application/json;charset=latin1 (expected: application/json, in UTF-8)",
                "\"data_base64\":\"e30=\"   | data_base64: not taken (expected: data, a JSON object)"
            })
    void whatIsNoAttributeIsRefusedByName(String member, String detail) {
        assertRefused("{" + REQUIRED + "," + member + ",\"data\":{}}", detail);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"id\":\"1\",\"source\":\"/a\",\"type\":\"a\",\"data\":{}} | specversion: missing (expected: in every CloudEvent)",
                "{\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"/a\",\"type\":\"a\",\"data\":{}} | specversion: 0.3 (expected: 1.0)",
                "{\"specversion\":\"1.0\",\"source\":\"/a\",\"type\":\"a\",\"data\":{}} | id: missing (expected: in every CloudEvent)",
                "{\"specversion\":\"1.0\",\"id\":\"\",\"source\":\"/a\",\"type\":\"a\",\"data\":{}} | id: 0 characters (expected: 1 to 255)",
                "{\"specversion\":\"1.0\",\"id\":7,\"source\":\"/a\",\"type\":\"a\",\"data\":{}} | id: a number (expected: a string)",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"type\":\"a\",\"data\":{}} | source: missing (expected: in every CloudEvent)",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"a b\",\"type\":\"a\",\"data\":{}} | source: a b (expected: a URI reference)",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/a\",\"data\":{}} | type: missing (expected: in every CloudEvent)",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/a\",\"type\":\"a\"} | data: missing (expected: a JSON object)",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/a\",\"type\":\"a\",\"data\":[]} | data: an array (expected: a JSON object)",
                "[] | body: an array (expected: an object)"
            })
    void whatEveryCloudEventHasIsRequired(String body, String detail) {
        assertRefused(body, detail);
    }

    @Test
    void extensionsAreBoundedInNumberAndBytes() {
        String most =
                IntStream.range(0, 32).mapToObj(i -> ",\"x" + i + "\":\"\"").collect(Collectors.joining());
        assertThat(parse(most + ",\"data\":{}").extensions()).hasSize(32);

        assertRefused("{" + REQUIRED + most + ",\"y\":\"\",\"data\":{}}", tooMany());
        assertThat(parse(",\"x\":\"" + "a".repeat(8_191) + "\",\"data\":{}").extensions())
                .hasSize(1);
        assertRefused("{" + REQUIRED + ",\"x\":\"" + "a".repeat(8_192) + "\",\"data\":{}}", tooMany());
        assertRefused("{" + REQUIRED + ",\"x\":\"" + "é".repeat(4_096) + "\",\"data\":{}}", tooMany());
    }

    private static String tooMany() {
        return "extensions: too many or too long (expected: at most 32 of together 8192 bytes)";
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", " {\"a\":1}\n", "\ufeff{\"a\":1}"})
    void aBodyMayBeNothingButData(String body) {
        byte[] bytes = body.getBytes(UTF_8);

        assertThat(new String(CloudEventParser.data(bytes, bytes.length).bytes(), UTF_8))
                .isEqualTo(body.replace("\ufeff", "").strip());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''        | MALFORMED_JSON | body: nothing at line 1, column 1 (expected: one JSON document)",
                "[]        | INVALID_EVENT  | data: an array (expected: a JSON object)",
                "7         | INVALID_EVENT  | data: a number (expected: a JSON object)",
                "{} {}     | MALFORMED_JSON | body: something after the event at line 1, column 4 (expected: one JSON document)",
                "{\"a\":1,\"a\":2} | MALFORMED_JSON | body: Duplicate Object property \"a\" at line 1, column 11 (expected: one JSON document)"
            })
    void aBodyThatIsOtherThanDataIsRefused(String body, ProblemCode code, String detail) {
        byte[] bytes = body.getBytes(UTF_8);

        assertThatThrownBy(() -> CloudEventParser.data(bytes, bytes.length))
                .isInstanceOfSatisfying(ProblemException.class, refused -> {
                    assertThat(refused.problem().code()).isEqualTo(code);
                    assertThat(refused.problem().detail()).isEqualTo(detail);
                });
    }

    private static EventBody parse(String more) {
        byte[] body = ("{" + REQUIRED + more + "}").getBytes(UTF_8);
        return EventFormat.CLOUDEVENT.parse(body, body.length);
    }

    private static void assertRefused(String text, String detail) {
        byte[] body = text.getBytes(UTF_8);
        assertThatThrownBy(() -> EventFormat.CLOUDEVENT.parse(body, body.length))
                .isInstanceOfSatisfying(ProblemException.class, refused -> {
                    assertThat(refused.problem().detail()).isEqualTo(detail);
                    assertThat(refused.problem().code()).isEqualTo(ProblemCode.INVALID_EVENT);
                });
    }
}
