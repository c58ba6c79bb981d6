package dev.triggers.backends;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What the user of any {@link Backends} relies on. */
abstract class BackendsContract {

    abstract Backends backends();

    @Test
    void anAcknowledgedRecordCanBeRead() throws Exception {
        var clients = new Clients(backends());
        var topic = "contract-" + UUID.randomUUID();
        clients.createTopic(topic);

        clients.send(topic, "first");

        assertThat(clients.records(topic)).containsExactly("first");
    }

    @Test
    void theDatabaseAnswersAQuery() throws Exception {
        assertThat(new Clients(backends()).query("select 1")).containsExactly("1");
    }

    @Test
    void redisAnswersAPing() throws Exception {
        assertThat(new Clients(backends()).ping()).isEqualTo("+PONG");
    }
}
