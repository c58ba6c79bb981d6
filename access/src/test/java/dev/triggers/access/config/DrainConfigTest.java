package dev.triggers.access.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class DrainConfigTest {

    @Test
    void theDefaults() {
        assertThat(new Binder(new MapConfigurationPropertySource(Map.of()))
                        .bindOrCreate("triggers.drain", DrainConfig.class))
                .isEqualTo(new DrainConfig(Duration.ofSeconds(3), Duration.ofSeconds(8)));
    }

    @Test
    void eachWaitIsBounded() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DrainConfig(Duration.ofSeconds(61), Duration.ZERO))
                .withMessage("triggers.drain.notice: PT1M1S (expected: 0s to 60s)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DrainConfig(Duration.ZERO, Duration.ofMillis(-1)))
                .withMessage("triggers.drain.finish: PT-0.001S (expected: 0s to 60s)");
    }
}
