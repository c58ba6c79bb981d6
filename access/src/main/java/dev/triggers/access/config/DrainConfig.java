package dev.triggers.access.config;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How an HTTP server goes down, under {@code triggers.drain}. Together they bound how long SIGTERM waits for requests.
 *
 * @param notice how long it still serves while it says that it is not ready, so that load balancers turn away; 0s to 60s
 * @param finish how long requests under way then have, while new ones are refused; 0s to 60s
 */
@ConfigurationProperties("triggers.drain")
public record DrainConfig(
        @DefaultValue("3s") Duration notice,
        @DefaultValue("8s") Duration finish) {

    private static final Duration MOST = Duration.ofSeconds(60);

    public DrainConfig {
        require("notice", notice);
        require("finish", finish);
    }

    private static void require(String name, Duration duration) {
        if (duration.isNegative() || duration.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(
                    "triggers.drain." + name + ": " + duration + " (expected: 0s to " + MOST.toSeconds() + "s)");
        }
    }
}
