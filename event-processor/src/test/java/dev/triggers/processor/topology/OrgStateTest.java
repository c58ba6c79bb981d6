package dev.triggers.processor.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.RateLimit;
import dev.triggers.common.limit.RateLimit.PerMinute;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class OrgStateTest {

    @Test
    void itReadsBackAsItWasWritten() {
        OrgState limited = new OrgState(17, 1234, 99, -5, 170, new Plan(3, new PerMinute(100, 250)));
        OrgState unlimited = new OrgState(1, 2, 3, 0, 0, new Plan(4, RateLimit.UNLIMITED));

        assertThat(OrgState.fromBytes(limited.toBytes())).isEqualTo(limited);
        assertThat(OrgState.fromBytes(unlimited.toBytes())).isEqualTo(unlimited);
    }

    @Test
    void stateWrittenBeforeEdgesWereToldIsReadAsNeverTold() {
        byte[] old = ByteBuffer.allocate(57)
                .put((byte) 1)
                .putLong(17)
                .putLong(1234)
                .putLong(99)
                .putLong(-5)
                .putLong(3)
                .putLong(100)
                .putLong(250)
                .array();

        assertThat(OrgState.fromBytes(old))
                .isEqualTo(new OrgState(17, 1234, 99, -5, 0, new Plan(3, new PerMinute(100, 250))));
    }

    @Test
    void stateOfAnotherFormatIsNotGuessedAt() {
        byte[] bytes = new OrgState(1, 2, 3, 0, 0, new Plan(4, RateLimit.UNLIMITED)).toBytes();
        bytes[0] = 9;

        assertThatThrownBy(() -> OrgState.fromBytes(bytes)).hasMessage("org state format: 9 (expected: 1 or 2)");
    }
}
