package dev.triggers.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.common.problem.ProblemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderTextTest {

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "plain,plain",
                "/a?b=c+d,/a?b=c+d",
                "Euro%20%E2%82%AC%20%F0%9F%98%80,Euro € 😀",
                "%e2%82%ac,€",
                "100%25,100%",
                "%2541,%41",
                "%22quoted%22,\"quoted\"",
                "\"a b\",a b",
                "\"a \\\"b\\\" \\\\c\",a \"b\" \\c",
                "\"%41\",A",
                "a\"b,a\"b",
                "\",\""
            })
    void aValueIsUnquotedThenDecodedOnce(String header, String value) {
        assertThat(HeaderText.decoded("ce-x", header)).isEqualTo(value);
    }

    @Test
    void bytesThatWereNotEncodedAreUtf8() {
        assertThat(HeaderText.decoded("ce-x", new String("größe 😀".getBytes(UTF_8), ISO_8859_1)))
                .isEqualTo("größe 😀");
    }

    @ParameterizedTest
    @ValueSource(strings = {"100%", "%4", "%zz", "%+1", "%C3", "%C0%AF", "%ED%A0%80", "gr\u00f6sse"})
    void whatIsNotPercentEncodedUtf8IsRefused(String header) {
        assertThatThrownBy(() -> HeaderText.decoded("ce-x", header))
                .isInstanceOf(ProblemException.class)
                .hasMessageStartingWith("invalid_event: ce-x: ");
    }
}
