package dev.triggers.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Exit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
class EmbeddedBackendsIT extends BackendsContract {

    private final RealBackends real;
    private final EmbeddedBackends embedded;
    private final Clients clients;

    EmbeddedBackendsIT(RealBackends real, EmbeddedBackends embedded) {
        this.real = real;
        this.embedded = embedded;
        this.clients = new Clients(real);
    }

    @Override
    Backends backends() {
        return embedded;
    }

    @Test
    void postgreSqlKeepsWhatItCommits() throws Exception {
        for (var setting : EmbeddedPostgreSql.DURABILITY) {
            assertThat(clients.query("show " + setting)).as(setting).containsExactly("on");
        }
    }

    @Test
    void theOwnerOfTheDatabaseIsNoSuperuserButMayMakeTheRolesMigrationsNeed() throws Exception {
        assertThat(clients.query("select rolsuper from pg_roles where rolname = current_user"))
                .containsExactly("f");
        assertThat(clients.query("select rolcreatedb and rolcreaterole and rolbypassrls from pg_roles"
                        + " where rolname = current_user"))
                .containsExactly("t");
    }

    @Test
    void everyServerListensOnTheLoopbackOnly() throws Exception {
        assertThat(real.kafkaBootstrap()).startsWith("127.0.0.1:");
        assertThat(clients.query("show listen_addresses")).containsExactly("127.0.0.1");
        assertThat(real.redisUrl()).startsWith("redis://127.0.0.1:");
    }

    @Test
    void eachTestClassMayHaveADatabaseOfItsOwn() throws Exception {
        var first = real.freshDatabase("mine");
        var second = real.freshDatabase("mine");

        assertThat(first).isNotEqualTo(second);
        try (var connection = second.connect(Duration.ofSeconds(5))) {
            assertThat(connection.isValid(1)).isTrue();
        }
    }

    @Test
    void aTopicIsNotCreatedByMentioningIt() {
        assertThatThrownBy(() -> {
                    try (var producer = new Clients(real).producer()) {
                        producer.partitionsFor("never-created");
                    }
                })
                .isInstanceOf(KafkaException.class);
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

    @Test
    void kafkaStopsAndStartsOnItsPort() throws Exception {
        clients.createTopic("kafka-restart");
        clients.send("kafka-restart", "before");

        embedded.kafka().stop();
        assertThat(embedded.kafka().running()).isFalse();
        embedded.kafka().start();

        clients.send("kafka-restart", "after");
        assertThat(clients.records("kafka-restart")).containsExactly("before", "after");
    }

    @Test
    void postgreSqlStopsAndStartsOnItsPort() throws Exception {
        clients.execute("create table stopped (id int)");
        clients.execute("insert into stopped values (1)");

        embedded.postgreSql().stop();
        assertThat(embedded.postgreSql().running()).isFalse();
        embedded.postgreSql().start();

        assertThat(clients.query("select id from stopped")).containsExactly("1");
    }

    @Test
    void postgreSqlKilledStartsWithWhatWasCommitted() throws Exception {
        clients.execute("create table killed (id int)");
        clients.execute("insert into killed values (1)");

        embedded.postgreSql().kill();
        assertThat(embedded.postgreSql().running()).isFalse();
        embedded.postgreSql().start();

        assertThat(clients.query("select id from killed")).containsExactly("1");
    }

    @Test
    void redisStopsOrIsKilledAndStartsOnItsPort() throws Exception {
        embedded.redis().stop();
        assertThat(embedded.redis().running()).isFalse();
        embedded.redis().start();
        assertThat(clients.ping()).isEqualTo("+PONG");

        embedded.redis().kill();
        assertThat(embedded.redis().running()).isFalse();
        embedded.redis().start();
        assertThat(clients.ping()).isEqualTo("+PONG");
    }
}
