package dev.triggers.processor.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.common.event.Limits;
import dev.triggers.common.event.Payload;
import dev.triggers.common.wire.Outcome;
import dev.triggers.common.wire.Topics;
import dev.triggers.processor.topology.Tally;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;

class ProcessorFaultsIT extends ProcessorOnKafka {

    private static final Duration LONG_TRANSACTION = Duration.ofSeconds(8);

    ProcessorFaultsIT(RealBackends real) {
        super(real);
    }

    @Test
    void verdictsHoldWhileWorkMovesToAnotherInstance() throws Exception {
        try (ProcessorRunner one = start("one")) {
            submit("a");
            await().atMost(SOON).until(() -> outcomes().equals(List.of("a 1")));
            try (ProcessorRunner two = start("two")) {
                submit("a", "b");
                await().atMost(SOON).until(() -> two.waitingFor().isEmpty());
                await().atMost(SOON).until(() -> outcomes().equals(List.of("a 1", "b 2", "duplicate of 1")));
                stop(one);
                submit("c", "b");
                await().atMost(SOON)
                        .until(() ->
                                outcomes().equals(List.of("a 1", "b 2", "c 3", "duplicate of 1", "duplicate of 2")));
            }
        }
    }

    @Test
    void verdictsHoldWhenItIsKilledInTheMiddleOfATransaction() throws Exception {
        Path state = directory.resolve("killed");
        try (ProcessorInAnotherJvm killed =
                ProcessorInAnotherJvm.start(real.kafkaBootstrap(), state, "killed-0", 0, LONG_TRANSACTION)) {
            submit("a", "b", "a");
            await().atMost(SOON).until(() -> outcomes("read_uncommitted").size() == 3);
            killed.kill();
        }
        assertThat(outcomes()).isEmpty();
        try (ProcessorRunner _ = start("killed", "killed-0", Tally.NONE)) {
            submit("b", "c");

            await().atMost(SOON)
                    .until(() -> outcomes().equals(List.of("a 1", "b 2", "c 3", "duplicate of 1", "duplicate of 2")));
        }
    }

    @Test
    void anErrorFailsTheTransactionWhichIsTriedAgainByANewThreadAndThatIsSaid() throws Exception {
        AtomicBoolean failed = new AtomicBoolean();
        Tally failingOnce = new Seen(outcome -> {
            if (outcome == Outcome.DUPLICATE && !failed.getAndSet(true)) {
                throw new IllegalStateException("a fault of the test");
            }
        });
        try (Said said = Said.listen();
                ProcessorRunner runner = start("failing", "", failingOnce)) {
            MeterRegistry meters = metersOf(runner);
            submit("a", "b", "a", "c");

            await().atMost(SOON).until(() -> outcomes().equals(List.of("a 1", "b 2", "c 3", "duplicate of 1")));
            assertThat(meters.get("triggers.processor.threads.replaced")
                            .functionCounter()
                            .count())
                    .isEqualTo(1);
            assertThat(meters.get("triggers.processor.commits")
                            .functionCounter()
                            .count())
                    .isPositive();
            assertThat(said.messages()).contains("stream thread died and is replaced");
        }
    }

    @Test
    void whatTheLogDoesNotTakeFailsTheTransactionAndIsDecidedOnceItDoes() throws Exception {
        try (ProcessorRunner runner = start("refused")) {
            submit("a");
            await().atMost(SOON).until(() -> outcomes().equals(List.of("a 1")));
            takeAtMost(200, Topics.ACCEPTED.name());
            submit("b");
            await().atMost(SOON).until(() -> runner.threadsReplaced() > 0);
            assertThat(outcomes()).isEqualTo(List.of("a 1"));

            takeAtMost(1 << 20, Topics.ACCEPTED.name());
            submit("b", "c");
            await().atMost(SOON).until(() -> outcomes().equals(List.of("a 1", "b 2", "c 3", "duplicate of 2")));
        }
    }

    @Test
    void whatIsLargerThanAFetchIsDecidedInItsTurn() throws Exception {
        String around = "{\"pad\":\"\"}";
        Payload largest =
                Payload.of(around.replace("\"\"}", "\"" + "x".repeat(Limits.DATA_BYTES - around.length()) + "\"}"));
        try (ProcessorRunner _ = start("large")) {
            submit("a");
            submit(org, Instant.now(), largest, "b", "c", "b");
            submit("d");

            await().atMost(SOON).until(() -> outcomes().equals(List.of("a 1", "b 2", "c 3", "d 4", "duplicate of 2")));
        }
    }

    private void takeAtMost(int bytes, String topic) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", real.kafkaBootstrap()))) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, topic),
                            List.of(new AlterConfigOp(
                                    new ConfigEntry(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(bytes)),
                                    AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
    }
}
