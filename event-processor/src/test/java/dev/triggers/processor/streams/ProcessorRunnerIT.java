package dev.triggers.processor.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.testing.RealBackends;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

class ProcessorRunnerIT extends ProcessorOnKafka {

    ProcessorRunnerIT(RealBackends real) {
        super(real);
    }

    @Test
    void verdictsHoldOverARestartAndTheLossOfTheStateDirectory() throws Exception {
        try (ProcessorRunner runner = start("first")) {
            submit("a", "b");
            await().atMost(SOON).until(() -> outcomes().equals(List.of("a 1", "b 2")));
            assertThat(runner.offsetsForgotten()).isZero();
        }
        try (ProcessorRunner _ = start("first")) {
            submit("a", "c");
            await().atMost(SOON).until(() -> outcomes().equals(List.of("a 1", "b 2", "c 3", "duplicate of 1")));
        }
        try (ProcessorRunner _ = start("elsewhere")) {
            submit("b", "d");
            await().atMost(SOON)
                    .until(() ->
                            outcomes().equals(List.of("a 1", "b 2", "c 3", "d 4", "duplicate of 1", "duplicate of 2")));
        }
    }

    @Test
    void verdictsHoldWhenTheGroupsOffsetsAreLostAndItIsSaid() throws Exception {
        try (ProcessorRunner _ = start("before")) {
            submit("a", "b", "a");
            await().atMost(SOON).until(() -> outcomes().equals(List.of("a 1", "b 2", "duplicate of 1")));
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", real.kafkaBootstrap()))) {
            await().atMost(SOON)
                    .ignoreExceptions()
                    .untilAsserted(() -> admin.deleteConsumerGroups(List.of(StreamsSettings.APPLICATION_ID))
                            .all()
                            .get());
        }
        try (ProcessorRunner runner = start("before")) {
            submit("b", "c");

            await().atMost(SOON)
                    .until(() -> outcomes().equals(List.of("a 1", "b 2", "c 3", "duplicate of 1", "duplicate of 2")));
            assertThat(runner.offsetsForgotten()).isEqualTo(PARTITIONS);
        }
    }

    @Test
    void whatWasDeletedUndecidedIsCountedAndTheRestGoesOn() throws Exception {
        try (ProcessorRunner _ = start("before")) {
            submit("a");
            await().atMost(SOON).until(() -> outcomes().equals(List.of("a 1")));
        }
        submit("deleted", "deleted as well");
        deleteAllRecords();
        try (ProcessorRunner runner = start("before")) {
            submit("a", "b");

            await().atMost(SOON).until(() -> outcomes().equals(List.of("a 1", "b 2", "duplicate of 1")));
            assertThat(runner.recordsLost()).isEqualTo(2);
        }
    }
}
