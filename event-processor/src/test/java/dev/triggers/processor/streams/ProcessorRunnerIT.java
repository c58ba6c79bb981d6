package dev.triggers.processor.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.processor.topology.Tally;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
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
        try (Said said = Said.listen();
                ProcessorRunner runner = start("elsewhere")) {
            MeterRegistry meters = metersOf(runner);
            submit("b", "d");
            await().atMost(SOON)
                    .until(() ->
                            outcomes().equals(List.of("a 1", "b 2", "c 3", "d 4", "duplicate of 1", "duplicate of 2")));
            assertThat(meters.get("triggers.processor.restored.records")
                            .functionCounter()
                            .count())
                    .isGreaterThanOrEqualTo(4);
            await().atMost(SOON) // the other partitions' state
                    .until(() -> meters.get("triggers.processor.restore.records")
                                    .gauge()
                                    .value()
                            == 0);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(said.messages())
                            .contains(
                                    "state is being restored",
                                    "state is restored",
                                    "the processor decides what comes in its partitions"));
        }
    }

    @Test
    void stateAndLagAreInTheFiguresOfTheInstance() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger decided = new AtomicInteger();
        Tally stuck = new Seen(_ -> {
            if (decided.incrementAndGet() == 2) {
                awaitUninterruptibly(goOn);
            }
        });
        try (ProcessorRunner runner = start("stuck", "", stuck)) {
            MeterRegistry meters = metersOf(runner);
            submit("a");
            await().atMost(SOON).until(() -> outcomes().equals(List.of("a 1")));
            await().atMost(SOON).until(() -> lag(meters).equals(Map.of("0", 0.0, "1", 0.0, "2", 0.0, "3", 0.0)));
            assertThat(states(meters)).isEqualTo(Map.of("RUNNING", 1.0));
            assertThat(meters.get("triggers.processor.running").gauge().value()).isEqualTo(1);

            submit("b", "c", "d");

            await().atMost(SOON)
                    .until(() -> lag(meters).values().stream()
                                    .mapToDouble(Double::doubleValue)
                                    .sum()
                            == 3);
            goOn.countDown();
            await().atMost(SOON)
                    .until(() -> lag(meters).values().stream().allMatch(records -> records == 0) && decided.get() == 4);
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, Double> lag(MeterRegistry meters) {
        return meters.find("triggers.processor.lag.records").gauges().stream()
                .collect(Collectors.toMap(gauge -> gauge.getId().getTag("partition"), Gauge::value));
    }

    private static Map<String, Double> states(MeterRegistry meters) {
        return meters.get("triggers.processor.state").gauges().stream()
                .filter(gauge -> gauge.value() != 0)
                .collect(Collectors.toMap(gauge -> gauge.getId().getTag("state"), Gauge::value));
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

    @Test
    void anEventByItselfIsOneTransaction() throws Exception {
        int events = 10;
        try (ProcessorRunner runner = start("alone")) {
            submit("first");
            await().atMost(SOON).until(() -> outcomes().equals(List.of("first 1")));
            await().atMost(SOON).until(() -> runner.commits() > 0);
            double before = runner.commits();
            for (int i = 1; i <= events; i++) {
                int expected = i + 1;
                submit("event " + i);
                await().atMost(SOON).until(() -> outcomes().size() == expected);
            }
            await().atMost(SOON).until(() -> runner.commits() >= before + events);

            assertThat(runner.commits()).isEqualTo(before + events);
        }
    }
}
