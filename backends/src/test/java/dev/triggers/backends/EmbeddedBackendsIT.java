package dev.triggers.backends;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import org.apache.kafka.common.utils.Exit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What only the embedded servers promise. */
@ExtendWith(RealBackendsExtension.class)
class EmbeddedBackendsIT {

    private final RealBackends real;
    private final EmbeddedBackends embedded;
    private final Clients clients;

    EmbeddedBackendsIT(RealBackends real, EmbeddedBackends embedded) {
        this.real = real;
        this.embedded = embedded;
        this.clients = new Clients(real);
    }

    @Test
    void everyServerListensOnTheLoopbackOnly() throws Exception {
        assertThat(real.kafkaBootstrap()).startsWith("127.0.0.1:");
        assertThat(clients.query("show listen_addresses")).containsExactly("127.0.0.1");
        assertThat(real.redisUrl()).startsWith("redis://127.0.0.1:");
    }

    @Test
    void aBrokerThatWantsToEndTheProcessDoesNotAndSaysWhy() {
        Exit.halt(1, "the disk is gone");

        assertThat(embedded.kafka().failure())
                .hasValueSatisfying(why -> assertThat(why).contains("halt 1", "the disk is gone"));
        assertThat(embedded.kafka().running()).isFalse();
        embedded.kafka().stop();
        embedded.kafka().start();
        assertThat(embedded.kafka().failure()).isEmpty();
    }
}
