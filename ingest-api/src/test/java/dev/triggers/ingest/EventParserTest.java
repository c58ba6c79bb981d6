package dev.triggers.ingest;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.common.event.DedupId;
import dev.triggers.common.event.Limits;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import java.io.ByteArrayOutputStream;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventParserTest {

    @Test
    void everyMemberIsRead() {
        EventBody event = parse("""
                {"type": "order.created", "data": {"a": 1}, "source": "/shop", "subject": "order/7",
                 "time": "2026-01-31T12:00:00.5+01:00", "dedup_id": "order-7"}
                """);

        assertThat(event.type()).hasToString("order.created");
        assertThat(text(event)).isEqualTo("{\"a\": 1}");
        assertThat(event.source()).contains("/shop");
        assertThat(event.subject()).contains("order/7");
        assertThat(event.time()).contains(OffsetDateTime.parse("2026-01-31T12:00:00.5+01:00"));
        assertThat(event.dedupId()).contains(new DedupId("order-7"));
    }

    @Test
    void whatIsOptionalMayBeAbsentOrNull() {
        EventBody absent = parse("{\"type\":\"a\",\"data\":{}}");
        EventBody nulls =
                parse("{\"type\":\"a\",\"data\":{},\"source\":null,\"subject\":null,\"time\":null,\"dedup_id\":null}");

        assertThat(nulls).isEqualTo(absent);
        assertThat(absent.source()).isEmpty();
        assertThat(absent.dedupId()).isEmpty();
    }

    @Test
    void payloadIsAnotherNameOfData() {
        assertThat(parse("{\"payload\":{\"a\":1},\"type\":\"a\"}"))
                .isEqualTo(parse("{\"type\":\"a\",\"data\":{\"a\":1}}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{ \t\r\n }",
                "{ \"b\" :\t1 ,\r\n\"a\" : [ 1,2 ,3 ] }",
                "{\"n\":1E400,\"m\":0.10,\"o\":-0,\"p\":1e-7,\"q\":12345678901234567890123456789}",
                "{\"s\":\"\\u0041\\/\\\"\\\\\\n\\ud83d\\ude00\"}",
                "{\"größe\":\"日本語 😀 \u2028\"}",
                "{\"a\":\"}\",\"b\":\"\\\"}\",\"c\":{\"data\":{\"type\":\"x\"}}}",
                "{\"\":null,\"true\":true,\"false\":false}",
                "{\"z\":1,\"a\":2}"
            })
    void dataIsTheVeryBytesThatCame(String data) {
        assertThat(text(parse("{\"type\":\"a\",\"data\":" + data + "}"))).isEqualTo(data);
        assertThat(text(parse(" {\"subject\":\"ä😀\", \"payload\" :\n\t " + data + "\r\n , \"type\":\"a\" } \n")))
                .isEqualTo(data);
    }

    @Test
    void dataIsTheVeryBytesThatCameAfterAByteOrderMark() {
        assertThat(text(parse("\ufeff{\"type\":\"a\",\"data\":{\"b\":1}}"))).isEqualTo("{\"b\":1}");
    }

    @Test
    void dataMayBe64LevelsDeep() {
        String data = "{\"a\":".repeat(63) + "{}" + "}".repeat(63);

        assertThat(text(parse("{\"type\":\"a\",\"data\":" + data + "}"))).isEqualTo(data);
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 65, 1_000, 30_000})
    void dataMayNotBeDeeper(int levels) {
        String objects = "{\"a\":".repeat(levels) + "{}" + "}".repeat(levels);
        String arrays = "{\"a\":" + "[".repeat(levels) + "]".repeat(levels) + "}";

        assertRefused(
                "{\"type\":\"a\",\"data\":" + objects + "}",
                ProblemCode.INVALID_EVENT,
                "data: 65 levels or more (expected: at most 64)");
        assertRefused(
                "{\"type\":\"a\",\"data\":" + arrays + "}",
                ProblemCode.INVALID_EVENT,
                "data: 65 levels or more (expected: at most 64)");
    }

    @Test
    void dataMayHave262144Bytes() {
        String data = sized(Limits.DATA_BYTES);

        assertThat(text(parse("{\"type\":\"a\",\"data\":" + data + "}"))).isEqualTo(data);
    }

    @Test
    void dataMayNotHaveOneByteMore() {
        assertRefused(
                "{\"type\":\"a\",\"data\":" + sized(Limits.DATA_BYTES + 1) + "}",
                ProblemCode.EVENT_TOO_LARGE,
                "data: 262145 bytes (expected: at most 262144)");
    }

    @Test
    void aNumberMayBeAsLongAsData() {
        String data = "{\"n\":" + "9".repeat(200_000) + "}";

        assertThat(text(parse("{\"type\":\"a\",\"data\":" + data + "}"))).isEqualTo(data);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]                                        | body: an array (expected: an object)",
                "\"a\"                                     | body: a string (expected: an object)",
                "1                                         | body: a number (expected: an object)",
                "null                                      | body: null (expected: an object)",
                "{}                                        | type: missing (expected: a string)",
                "{\"data\":{}}                             | type: missing (expected: a string)",
                "{\"type\":\"a\"}                          | data: missing (expected: a JSON object)",
                "{\"type\":\"a\",\"data\":null}            | data: null (expected: a JSON object)",
                "{\"type\":\"a\",\"data\":[]}              | data: an array (expected: a JSON object)",
                "{\"type\":\"a\",\"data\":\"{}\"}          | data: a string (expected: a JSON object)",
                "{\"type\":\"a\",\"payload\":7}            | payload: a number (expected: a JSON object)",
                "{\"type\":\"a\",\"data\":{},\"payload\":{}} | payload: beside data (expected: one of them)",
                "{\"type\":\"a\",\"payload\":{},\"data\":{}} | data: beside payload (expected: one of them)",
                "{\"type\":null,\"data\":{}}               | type: null (expected: a string)",
                "{\"type\":7,\"data\":{}}                  | type: a number (expected: a string)",
                "{\"type\":\"\",\"data\":{}}               | type: 0 characters (expected: 1 to 255)",
                "{\"type\":\"a b\",\"data\":{}}            | type: a b (expected: only A-Z a-z 0-9 . _ : / -)",
                "{\"type\":\"a\",\"data\":{},\"source\":true} | source: a boolean (expected: a string)",
                "{\"type\":\"a\",\"data\":{},\"dedup_id\":\"\"} | dedup_id: 0 characters (expected: 1 to 255)",
                "{\"type\":\"a\",\"data\":{},\"Type\":\"b\"} | Type: unknown member (expected: only type, data, source, subject, time, dedup_id)",
                "{\"type\":\"a\",\"data\":{},\"id\":\"b\"} | id: unknown member (expected: only type, data, source, subject, time, dedup_id)",
                "{\"type\":\"a\",\"data\":{},\"time\":\"2026-01-31\"} | time: 2026-01-31 (expected: RFC 3339, as in 2026-01-31T12:00:00Z)",
                "{\"type\":\"a\",\"data\":{},\"time\":\"2026-02-30T12:00:00Z\"} | time: 2026-02-30T12:00:00Z (expected: RFC 3339, as in 2026-01-31T12:00:00Z)",
                "{\"type\":\"a\",\"data\":{},\"time\":\"2026-01-31T12:00:00\"} | time: 2026-01-31T12:00:00 (expected: RFC 3339, as in 2026-01-31T12:00:00Z)"
            })
    void whatIsNoEventIsRefusedByName(String body, String detail) {
        assertRefused(body, ProblemCode.INVALID_EVENT, detail);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  \n ",
                "{",
                "{\"type\":\"a\",\"data\":{}",
                "{\"type\":\"a\",\"data\":{}}}",
                "{\"type\":\"a\",\"data\":{}} {}",
                "{\"type\":\"a\",\"data\":{}} x",
                "{\"type\":\"a\",\"data\":{}},",
                "{\"type\":\"a\",\"data\":{},}",
                "{'type':'a','data':{}}",
                "{type:\"a\",\"data\":{}}",
                "{\"type\":\"a\",\"data\":{\"n\":NaN}}",
                "{\"type\":\"a\",\"data\":{\"n\":Infinity}}",
                "{\"type\":\"a\",\"data\":{\"n\":01}}",
                "{\"type\":\"a\",\"data\":{\"n\":+1}}",
                "{\"type\":\"a\",\"data\":{\"n\":1.}}",
                "{\"type\":\"a\",\"data\":{\"n\":.5}}",
                "{\"type\":\"a\",\"data\":{\"n\":0x10}}",
                "{\"type\":\"a\",\"data\":{\"a\":1,\"a\":2}}",
                "{\"type\":\"a\",\"data\":{\"b\":[{\"a\":1,\"\\u0061\":2}]}}",
                "{\"type\":\"a\",\"type\":\"b\",\"data\":{}}",
                "{\"type\":\"a\",\"data\":{},\"data\":{}}",
                "{\"type\":\"a\",\"data\":{\"s\":\"a\tb\"}}",
                "{\"type\":\"a\",\"data\":{\"s\":\"\\x\"}}",
                "{\"type\":\"a\",\"data\":{\"s\":\"\\u12\"}}",
                "{\"type\":\"a\",\"data\":{\"s\":\"\\ud800\"}}",
                "{\"type\":\"a\",\"data\":{\"s\":\"\\ude00\\ud83d\"}}",
                "{\"type\":\"a\",\"data\":{\"s\":\"\\ud83d\\u0041\"}}",
                "{\"type\":\"a\",\"data\":{\"s\":\"unended}}",
                "{\"type\":\"a\",/* no */\"data\":{}}",
                "\u0000{\"type\":\"a\",\"data\":{}}"
            })
    void whatIsNotJsonIsRefused(String body) {
        assertThatThrownBy(() -> parse(body)).isInstanceOfSatisfying(ProblemException.class, refused -> {
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.MALFORMED_JSON);
            assertThat(refused.problem().detail()).matches("(?s)body: .* at line \\d+, column \\d+ .*");
        });
    }

    @Test
    void theRefusalNamesThePlace() {
        assertThatThrownBy(() -> parse("{\"type\":\"a\",\n \"data\":{}}\n  x"))
                .hasMessageContaining("Unrecognized token 'x'")
                .hasMessageContaining("line 3, column");
        assertRefused(
                "{\"type\":\"a\",\n \"data\":{}}\n  {}",
                ProblemCode.MALFORMED_JSON,
                "body: something after the event at line 3, column 3 (expected: one JSON document)");
        assertRefused(
                "{\"type\":\"a\",\n\"data\":{\"s\":\"\\ud800\"}}",
                ProblemCode.MALFORMED_JSON,
                "body: half a surrogate pair at line 2, column 14 (expected: one JSON document)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "c0af",
                "c1bf",
                "c2",
                "e08080",
                "eda080",
                "edbfbf",
                "e28228",
                "f0808080",
                "f4908080",
                "f5808080",
                "ff",
                "fe",
                "f09f98",
                "c328"
            })
    void invalidUtf8IsRefusedWhereverItStands(String hex) {
        byte[] bad = HexFormat.of().parseHex(hex);
        for (String[] around : new String[][] {
            {"{\"type\":\"a\",\"data\":{\"s\":\"", "\"}}"},
            {"{\"type\":\"a\",\"data\":{\"", "\":1}}"},
            {"{\"type\":\"a\",\"data\":{},\"subject\":\"", "\"}"},
            {"{\"type\":\"a\",\"data\":{}}", ""}
        }) {
            byte[] body = joined(around[0].getBytes(UTF_8), bad, around[1].getBytes(UTF_8));
            assertThatThrownBy(() -> EventParser.parse(body))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            refused -> assertThat(refused.problem().code()).isEqualTo(ProblemCode.MALFORMED_JSON));
        }
    }

    @Test
    void anotherEncodingIsRefused() {
        assertThatThrownBy(() -> EventParser.parse("{\"type\":\"a\",\"data\":{}}".getBytes(UTF_16BE)))
                .isInstanceOf(ProblemException.class);
    }

    @Test
    void anUntrustedNameIsCut() {
        assertRefused(
                "{\"" + "x".repeat(1_000) + "\":1}",
                ProblemCode.INVALID_EVENT,
                "x".repeat(64) + "…: unknown member (expected: only type, data, source, subject, time, dedup_id)");
    }

    @Test
    void whateverIsDoneToABodyItIsTakenOrRefusedInOneWay() {
        byte[] good =
                "{\"type\":\"a.b\",\"data\":{\"s\":\"\\ud83d\\ude00 ä😀\",\"n\":[1.5e3,-0,true,null]},\"dedup_id\":\"d\"}"
                        .getBytes(UTF_8);
        Random random = new Random(7);

        for (int i = 0; i < 100_000; i++) {
            byte[] body = good.clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                body[random.nextInt(body.length)] = (byte) random.nextInt(256);
            }
            try {
                EventBody event = EventParser.parse(body);
                assertThat(new String(body, UTF_8)).contains(text(event));
            } catch (ProblemException refused) {
                assertThat(refused.problem().code().status()).isEqualTo(400);
            }
        }
    }

    private static String sized(int bytes) {
        return "{\"a\":\"" + "x".repeat(bytes - 8) + "\"}";
    }

    private static EventBody parse(String body) {
        return EventParser.parse(body.getBytes(UTF_8));
    }

    private static String text(EventBody event) {
        return new String(event.data().bytes(), UTF_8);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static void assertRefused(String body, ProblemCode code, String detail) {
        assertThatThrownBy(() -> parse(body)).isInstanceOfSatisfying(ProblemException.class, refused -> {
            assertThat(refused.problem().code()).isEqualTo(code);
            assertThat(refused.problem().detail()).isEqualTo(detail);
        });
    }
}
