package dev.triggers.common.problem;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProblemTest {

    @Test
    void oneBodyServesBothKindsOfClient() {
        Problem problem = Problem.of(ProblemCode.INVALID_EVENT, "type: \"\" (expected: 1 to 255)");

        assertThat(new String(problem.json(), UTF_8)).isEqualTo("""
                {"type":"/problems/invalid_event","code":"invalid_event","title":"The event is not valid",\
                "detail":"type: \\"\\" (expected: 1 to 255)","status":400,"errors":[{"code":"invalid_event",\
                "title":"The event is not valid","detail":"type: \\"\\" (expected: 1 to 255)","status":400}]}""");
    }

    @Test
    void retryAfterIsWholeSecondsAndNeverZero() {
        assertThat(after(Duration.ofMillis(1))).isEqualTo("1");
        assertThat(after(Duration.ofMillis(1_001))).isEqualTo("2");
    }

    private static String after(Duration duration) {
        return Problem.retryable(ProblemCode.LOG_UNAVAILABLE, "", duration)
                .retryAfterSeconds()
                .orElseThrow();
    }
}
