package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {

    private static final long SECOND = 1_000_000_000;

    @Test
    void eachRoundIsDividedByTheOthersOfThatRound() throws IOException {
        Comparison comparison = new Comparison();
        comparison.add(1, "one", perSecond(50));
        comparison.add(1, "other", perSecond(100));
        comparison.add(2, "other", perSecond(10));
        comparison.add(2, "one", perSecond(8));
        comparison.add(3, "one", perSecond(60));
        comparison.add(3, "other", perSecond(100));

        Spread ratio = (Spread) comparison
                .table("", "", List.of("one"), List.of("other"))
                .rows()
                .getFirst()
                .get(2);

        assertThat(ratio.median()).isCloseTo(0.6, within(1e-9));
        assertThat(ratio.least()).isCloseTo(0.5, within(1e-9));
        assertThat(ratio.most()).isCloseTo(0.8, within(1e-9));
    }

    private static Tally perSecond(int answers) throws IOException {
        Tally tally = new Tally();
        tally.measureFrom(0);
        byte[] noContent = "HTTP/1.1 204 \r\n\r\n".getBytes(US_ASCII);
        for (int i = 0; i < answers; i++) {
            AnswerReader answer = new AnswerReader();
            answer.read(Channels.newChannel(new ByteArrayInputStream(noContent)));
            tally.answered(answer, 0, SECOND);
        }
        return tally;
    }
}
