package dev.triggers.inbox.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.common.event.EventId;
import dev.triggers.common.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AckBodyTest {

    private static final String ID = "0197a2c4-8f00-7000-8000-00000000000a";

    @Test
    void idsAreReadInOrder() throws IOException {
        assertThat(read("{\"event_ids\":[\"" + ID + "\"]}")).containsExactly(EventId.parse(ID));
    }

    @Test
    void aThousandAreTakenAndOneMoreIsNot() throws IOException {
        assertThat(read(many(1_000))).hasSize(1_000);
        assertThatThrownBy(() -> read(many(1_001))).hasMessageContaining("event_ids: more than 1000");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|invalid_parameter: body: not an object",
                "{|malformed_json",
                "[]|invalid_parameter: body: not an object",
                "{}|invalid_parameter: event_ids: none",
                "{\"event_ids\":[]}|invalid_parameter: event_ids: none",
                "{\"event_ids\":null}|invalid_parameter: event_ids: not an array",
                "{\"event_ids\":[1]}|invalid_parameter: event_ids[0]: not a string",
                "{\"event_ids\":[\"x\"]}|invalid_parameter: id: x",
                "{\"ids\":[]}|invalid_parameter: ids: not a member here",
                "{\"event_ids\":[],\"event_ids\":[]}|malformed_json",
                "{} {}|invalid_parameter",
            })
    void anythingElseIsRefusedWithItsPlace(String body, String problem) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOf(ProblemException.class)
                .hasMessageStartingWith(problem);
    }

    private static List<EventId> read(String body) throws IOException {
        return AckBody.read(new ByteArrayInputStream(body.getBytes(UTF_8)));
    }

    private static String many(int count) {
        return IntStream.range(0, count)
                .mapToObj(_ -> "\"" + ID + "\"")
                .collect(Collectors.joining(",", "{\"event_ids\":[", "]}"));
    }
}
