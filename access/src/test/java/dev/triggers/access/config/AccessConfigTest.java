package dev.triggers.access.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class AccessConfigTest {

    @Test
    void theDefaultsAreThese() {
        assertThat(bound(Map.of()))
                .isEqualTo(new AccessConfig(
                        List.of(),
                        new AccessConfig.Postgres(
                                "jdbc:postgresql://localhost:5432/triggers",
                                "triggers",
                                "",
                                1,
                                4,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2)),
                        new AccessConfig.Redis(
                                "redis://localhost:6379",
                                Duration.ofMillis(50),
                                Duration.ofSeconds(2),
                                Duration.ofMinutes(5)),
                        new AccessConfig.Cache(
                                100_000,
                                100_000,
                                Duration.ofSeconds(20),
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(5),
                                Duration.ofMinutes(10)),
                        new AccessConfig.Guesses(600, 200)));
    }

    @Test
    void twoAdminTokensMayBeGoodAtOnce() {
        AccessConfig config = bound(Map.of("triggers.access.admin-tokens", "0123456789abcdef,fedcba9876543210"));

        assertThat(config.adminTokens()).containsExactly("0123456789abcdef", "fedcba9876543210");
    }

    @Test
    void aShortAdminTokenIsRefused() {
        assertThatThrownBy(() -> bound(Map.of("triggers.access.admin-tokens", "secret")))
                .rootCause()
                .hasMessage("admin_token: 6 characters (expected: 16 and up)");
    }

    @Test
    void aGraceShorterThanTheExpiryIsRefused() {
        assertThatThrownBy(() -> bound(Map.of("triggers.access.cache.stale-for", "10s")))
                .rootCause()
                .hasMessage("stale_for: PT10S (expected: expire_after and up)");
    }

    @Test
    void noPasswordIsPrinted() {
        AccessConfig config = bound(Map.of(
                "triggers.access.admin-tokens", "0123456789abcdef",
                "triggers.access.postgres.password", "pg-secret",
                "triggers.access.redis.url", "redis://:redis-secret@localhost"));

        assertThat(config.toString()).doesNotContain("secret", "0123456789abcdef");
    }

    private static AccessConfig bound(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("triggers.access", AccessConfig.class);
    }
}
