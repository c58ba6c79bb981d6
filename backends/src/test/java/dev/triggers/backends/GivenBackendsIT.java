package dev.triggers.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
class GivenBackendsIT extends BackendsContract {

    private static final Duration BOUND = Duration.ofSeconds(5);

    private final GivenBackends given;

    GivenBackendsIT(RealBackends real) {
        given = new GivenBackends(real.kafkaBootstrap(), real.postgres(), real.redisUrl());
    }

    @Override
    Backends backends() {
        return given.check(BOUND);
    }

    @Test
    void closingLeavesThemRunning() {
        given.close();

        assertThat(given.check(BOUND)).isSameAs(given);
    }

    @Test
    void everyOneThatDoesNotAnswerIsNamedWithItsPlace() {
        var kafka = "127.0.0.1:" + Ports.pick();
        int postgres = Ports.pick();
        var redis = "redis://127.0.0.1:" + Ports.pick();
        var nobody = new GivenBackends(kafka, PostgresAddress.local(postgres, "triggers", "me", "secret"), redis);

        assertThatThrownBy(() -> nobody.check(Duration.ofSeconds(1)))
                .isInstanceOf(BackendFailure.class)
                .hasMessageContaining("Kafka at " + kafka)
                .hasMessageContaining("PostgreSQL at jdbc:postgresql://127.0.0.1:" + postgres)
                .hasMessageContaining("Redis at " + redis)
                .hasMessageNotContaining("secret");
    }

    @Test
    void theOnesThatAnswerAreNotNamed() {
        var redis = "redis://127.0.0.1:" + Ports.pick();

        assertThatThrownBy(() -> new GivenBackends(given.kafkaBootstrap(), given.postgres(), redis).check(BOUND))
                .hasMessageContaining("Redis at " + redis)
                .hasMessageNotContainingAny("Kafka", "PostgreSQL");
    }
}
