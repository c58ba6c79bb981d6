package dev.triggers.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ArrayElementsTest {

    @Test
    void anElementIsTheVeryBytesBetweenTheCommas() {
        assertThat(elements("[]")).isEmpty();
        assertThat(elements(" \n[ ]\t")).isEmpty();
        assertThat(elements("\ufeff[{}]")).containsExactly("{}");
        assertThat(elements("[{\"a\":[1,2,{}]} ,\n {\"b\":\"],[\\\"}\\\\\"},7, \"x,y\"]"))
                .containsExactly("{\"a\":[1,2,{}]} ", "{\"b\":\"],[\\\"}\\\\\"}", "7", "\"x,y\"");
    }

    @Test
    void anElementThatIsNotJsonIsLeftToItself() {
        assertThat(elements("[{\"a\":NaN},{'b':1},nonsense here,{\"a\":1},{\"c\":1}}]"))
                .containsExactly("{\"a\":NaN}", "{'b':1}", "nonsense here", "{\"a\":1}", "{\"c\":1}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{}",
                "7",
                "[",
                "[{}",
                "[{},",
                "[{},]",
                "[,]",
                "[,{}]",
                "[{},,{}]",
                "[{}] x",
                "[{}]]",
                "[{}][]",
                "[\"a",
                "[\"a\\",
                "[{\"a\":[1}]"
            })
    void whatCannotBeDividedIsRefusedAsAWhole(String body) {
        assertThatThrownBy(() -> elements(body)).isInstanceOfSatisfying(ProblemException.class, refused -> {
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.MALFORMED_JSON);
            assertThat(refused.problem().detail()).containsPattern("at line \\d+, column \\d+");
        });
    }

    @Test
    void tenThousandElementsAreTakenAndOneMoreIsNot() {
        assertThat(elements("[" + "1,".repeat(9_999) + "1]")).hasSize(10_000);
        assertThatThrownBy(() -> elements("[" + "1,".repeat(10_000) + "1]"))
                .hasMessage("batch_too_large: events: more than 10000, nothing was stored (expected: at most 10000)");
    }

    /** What a parser that knows all of JSON says of arrays at random. */
    @Test
    void aWellFormedArrayIsDividedAsAParserWould() {
        JsonMapper parser = JsonMapper.shared();
        Random random = new Random(11);
        String[] tokens = {"[", "]", "{", "}", ",", ":", "\"a\"", "\"],\\\"\"", "1", " ", "{}", "[]", "{\"b\":[{}]}"};
        int wellFormed = 0;
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder("[");
            for (int n = random.nextInt(7); n > 0; n--) {
                text.append(tokens[random.nextInt(tokens.length)]);
            }
            String body = text.append("]").toString();
            try {
                JsonNode array = parser.readTree(body);
                List<JsonNode> expected = new ArrayList<>(array.values());
                assertThat(elements(body).stream().map(parser::readTree).toList())
                        .as(body)
                        .isEqualTo(expected);
                wellFormed++;
            } catch (JacksonException e) {
                // not an array
            }
        }
        assertThat(wellFormed).isGreaterThan(1_000);
    }

    private static List<String> elements(String body) {
        byte[] text = body.getBytes(UTF_8);
        ArrayElements elements = ArrayElements.of(text, text.length);
        List<String> all = new ArrayList<>();
        for (int i = 0; i < elements.count(); i++) {
            all.add(new String(text, elements.from(i), elements.to(i) - elements.from(i), UTF_8));
        }
        return all;
    }
}
