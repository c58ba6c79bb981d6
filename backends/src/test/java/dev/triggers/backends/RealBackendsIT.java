package dev.triggers.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What other tests rely on, whether the servers are embedded or in containers. */
@ExtendWith(RealBackendsExtension.class)
class RealBackendsIT extends BackendsContract {

    private final RealBackends real;
    private final Clients clients;

    RealBackendsIT(RealBackends real) {
        this.real = real;
        this.clients = new Clients(real);
    }

    @Override
    Backends backends() {
        return real;
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
    void kafkaStopsAndStartsOnItsPort() throws Exception {
        clients.createTopic("kafka-restart");
        clients.send("kafka-restart", "before");

        real.kafka().stop();
        assertThat(real.kafka().running()).isFalse();
        real.kafka().start();

        clients.send("kafka-restart", "after");
        assertThat(clients.records("kafka-restart")).containsExactly("before", "after");
    }

    @Test
    void postgreSqlStopsAndStartsOnItsPort() throws Exception {
        clients.execute("create table stopped (id int)");
        clients.execute("insert into stopped values (1)");

        real.postgreSql().stop();
        assertThat(real.postgreSql().running()).isFalse();
        real.postgreSql().start();

        assertThat(clients.query("select id from stopped")).containsExactly("1");
    }

    @Test
    void postgreSqlKilledStartsWithWhatWasCommitted() throws Exception {
        clients.execute("create table killed (id int)");
        clients.execute("insert into killed values (1)");

        real.postgreSql().kill();
        assertThat(real.postgreSql().running()).isFalse();
        real.postgreSql().start();

        assertThat(clients.query("select id from killed")).containsExactly("1");
    }

    @Test
    void redisStopsOrIsKilledAndStartsOnItsPort() throws Exception {
        real.redis().stop();
        assertThat(real.redis().running()).isFalse();
        real.redis().start();
        assertThat(clients.ping()).isEqualTo("+PONG");

        real.redis().kill();
        assertThat(real.redis().running()).isFalse();
        real.redis().start();
        assertThat(clients.ping()).isEqualTo("+PONG");
    }
}
