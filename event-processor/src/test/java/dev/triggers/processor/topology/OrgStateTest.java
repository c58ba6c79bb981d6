package dev.triggers.processor.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.RateLimit;
import dev.triggers.common.limit.RateLimit.PerMinute;
import org.junit.jupiter.api.Test;

class OrgStateTest {

    @Test
    void itReadsBackAsItWasWritten() {
        OrgState limited = new OrgState(17, 1234, 99, -5, new Plan(3, new PerMinute(100, 250)));
        OrgState unlimited = new OrgState(1, 2, 3, 0, new Plan(4, RateLimit.UNLIMITED));

        assertThat(OrgState.fromBytes(limited.toBytes())).isEqualTo(limited);
        assertThat(OrgState.fromBytes(unlimited.toBytes())).isEqualTo(unlimited);
    }

    @Test
    void stateOfAnotherFormatIsNotGuessedAt() {
        byte[] bytes = new OrgState(1, 2, 3, 0, new Plan(4, RateLimit.UNLIMITED)).toBytes();
        bytes[0] = 9;

        assertThatThrownBy(() -> OrgState.fromBytes(bytes)).hasMessage("org state format: 9 (expected: 1)");
    }
}
