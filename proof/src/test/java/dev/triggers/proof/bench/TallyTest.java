package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import org.junit.jupiter.api.Test;

class TallyTest {

    private static final long SECOND = 1_000_000_000;

    private final Tally tally = new Tally();

    @Test
    void timeBetweenTwoTurnsAndTheirWarmUpsDoNotCount() throws IOException {
        tally.measureFrom(0);
        answers(30, SECOND / 2, SECOND);
        tally.measureFrom(100 * SECOND);
        answers(1_000, 99 * SECOND, 100 * SECOND);
        answers(50, 100 * SECOND, 101 * SECOND);

        assertThat(tally.perSecond()).isCloseTo(40, within(1e-9));
        assertThat(tally.latency().getTotalCount()).isEqualTo(80);
    }

    @Test
    void secondsOfTwoTurnsFollowEachOther() throws IOException {
        tally.measureFrom(0);
        answers(30, 0, SECOND / 2);
        answers(31, 0, SECOND);
        tally.measureFrom(100 * SECOND);
        answers(50, 100 * SECOND, 100 * SECOND + SECOND / 2);
        answers(51, 100 * SECOND, 101 * SECOND);

        assertThat(tally.bySecond()).containsExactly(30, 81);
    }

    @Test
    void aTurnWithoutAnAnswerIsNone() throws IOException {
        tally.measureFrom(0);
        answers(30, 0, SECOND);
        tally.measureFrom(100 * SECOND);
        tally.measureFrom(200 * SECOND);

        assertThat(tally.perSecond()).isCloseTo(30, within(1e-9));
    }

    private void answers(int count, long sinceNanos, long nowNanos) throws IOException {
        byte[] noContent = "HTTP/1.1 204 \r\n\r\n".getBytes(US_ASCII);
        for (int i = 0; i < count; i++) {
            AnswerReader answer = new AnswerReader();
            answer.read(Channels.newChannel(new ByteArrayInputStream(noContent)));
            tally.answered(answer, sinceNanos, nowNanos);
        }
    }
}
