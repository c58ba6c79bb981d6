package dev.triggers.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class AddressesTest {

    private static final PostgresAddress POSTGRES =
            new PostgresAddress("jdbc:postgresql://db:5432/triggers?password=hidden", "me", "secret");

    @Test
    void theTextOfAnAddressShowsNoSecret() {
        var given = new GivenBackends("kafka:9092", POSTGRES, "redis://user:secret@cache:6379");

        assertThat(given.toString())
                .contains("kafka:9092", "db:5432/triggers", "redis://cache:6379")
                .doesNotContain("secret", "hidden");
    }

    @Test
    void anotherDatabaseIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PostgresAddress("jdbc:h2:mem:x", "me", ""))
                .withMessage("jdbcUrl: jdbc:h2:mem:x (expected: jdbc:postgresql://…)");
    }

    @Test
    void whatIsNoRedisUrlIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GivenBackends("kafka:9092", POSTGRES, "cache:6379"))
                .withMessage("redisUrl: not one (expected: redis://host:port)");
    }

    @Test
    void noKafkaIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GivenBackends(" ", POSTGRES, "redis://cache"))
                .withMessage("kafkaBootstrap: blank (expected: host:port)");
    }
}
