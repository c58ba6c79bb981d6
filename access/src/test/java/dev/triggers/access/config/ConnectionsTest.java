package dev.triggers.access.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class ConnectionsTest {

    @ParameterizedTest
    @CsvSource({"16, 256", "256, 1024", "512, 2048", "2048, 8192", "65536, 8192"})
    void theyTakeAQuarterOfTheHeap(long heapMegabytes, int most) {
        assertThat(Connections.of(new StandardEnvironment(), heapMegabytes << 20))
                .isEqualTo(new Connections(most));
    }

    @Test
    void theOperatorKnowsBetter() {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME + "-of-this-test-systemEnvironment",
                        Map.of("SERVER_TOMCAT_MAXCONNECTIONS", "5000")));

        assertThat(Connections.of(environment, 512L << 20)).isEqualTo(new Connections(5_000));
    }

    @Test
    void noneAtAllIsRefused() {
        assertThatThrownBy(() -> new Connections(0)).hasMessageContaining("server.tomcat.max-connections: 0");
    }
}
