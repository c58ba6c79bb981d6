package dev.triggers.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashIT {

    @TempDir
    Path directory;

    @Test
    void whatWasAcknowledgedAndCommittedSurvivesAKilledJvm() throws Exception {
        int last;
        try (var other = BackendsInAnotherJvm.on(directory)) {
            last = other.killAfter("100");
        }

        try (var again = EmbeddedBackends.start(directory, Ports.free())) {
            var numbers =
                    IntStream.rangeClosed(1, last).mapToObj(Integer::toString).toList();
            assertThat(new Clients(again).records(BackendsInAnotherJvm.TOPIC))
                    .startsWith(numbers.toArray(String[]::new));
            assertThat(new Clients(again).query("select number from written order by number"))
                    .startsWith(numbers.toArray(String[]::new));
        }
    }

    @Test
    void theServersOfAKilledJvmEndSoon() throws Exception {
        try (var other = BackendsInAnotherJvm.on(directory)) {
            var left = Stream.concat(
                            other.servers().stream(), other.leashes().stream().map(ProcessHandle::pid))
                    .toList();
            assertThat(left).hasSize(4).allMatch(Processes::running);

            other.killAfter("1");

            await().atMost(Duration.ofSeconds(5)).until(() -> left.stream().noneMatch(Processes::running));
        }
    }

    @Test
    void aStartEndsTheServersThatAKilledJvmLeftBehind() throws Exception {
        List<Long> left;
        try (var other = BackendsInAnotherJvm.on(directory)) {
            left = other.servers();
            other.leashes().forEach(ProcessHandle::destroyForcibly);
            other.killAfter("1");
        }
        assertThat(left).allMatch(Processes::running);

        try (var again = EmbeddedBackends.start(directory, Ports.free())) {
            assertThat(left).noneMatch(Processes::running);
            assertThat(new Clients(again).query("select 1 from written where number = 1"))
                    .hasSize(1);
        }
    }

    @Test
    void aDirectoryInUseNamesTheProcess() throws Exception {
        try (var other = BackendsInAnotherJvm.on(directory)) {
            assertThatThrownBy(() -> EmbeddedBackends.start(directory, Ports.free()))
                    .hasMessage(directory.toRealPath() + " is in use by process " + other.pid());
        }
    }

    @Test
    void anInterruptFromTheTerminalReachesTheServersThroughTheJvmOnly() throws Exception {
        try (var other = BackendsInAnotherJvm.on(directory)) {
            var group = group(other.pid());
            assertThat(other.servers()).noneMatch(server -> group(server).equals(group));
            var foreground = Stream.concat(
                    Stream.of(other.pid()), other.leashes().stream().map(ProcessHandle::pid));

            foreground.forEach(pid -> Command.run(List.of("/bin/sh", "-c", "kill -INT " + pid), Duration.ofSeconds(5)));

            assertThat(other.await("servers ")).isEqualTo("servers true true");
            other.await("closed");
            assertThat(other.servers()).noneMatch(Processes::running);
        }
    }

    private static String group(long pid) {
        return Command.run(List.of("ps", "-o", "pgid=", "-p", Long.toString(pid)), Duration.ofSeconds(5))
                .output();
    }
}
