package dev.triggers.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class PortsTest {

    @Test
    void twoServersDoNotShareAPort() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Ports(5432, 5432, 0))
                .withMessage("ports: 5432, 5432, 0 (expected: three different ones)");
    }

    @Test
    void aPortBeyondTheLastOneIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Ports(0, 0, 65_536))
                .withMessage("redis: 65536 (expected: 0 for any, or 1 to 65535)");
    }

    @Test
    void givenPortsAreKeptAndZeroesReplaced() {
        var picked = new Ports(9092, 0, 0).picked();

        assertThat(picked.kafka()).isEqualTo(9092);
        assertThat(picked.postgreSql()).isBetween(20_000, 32_000).isNotEqualTo(picked.redis());
        assertThat(picked.redis()).isBetween(20_000, 32_000);
    }

    @Test
    void aPickedPortIsNotPickedAgain() {
        assertThat(PortClaims.claim(Ports.pick())).isFalse();
    }
}
