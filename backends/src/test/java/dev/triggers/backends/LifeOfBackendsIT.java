package dev.triggers.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LifeOfBackendsIT {

    @TempDir
    Path directory;

    @Test
    void aSecondStartFindsTheRecordsAndRowsOfTheFirst() throws Exception {
        try (var first = EmbeddedBackends.start(directory, Ports.free())) {
            var clients = new Clients(first);
            clients.createTopic("kept");
            clients.send("kept", "record");
            clients.execute("create table kept as select 'row' as value");
        }

        try (var second = EmbeddedBackends.start(directory, Ports.free())) {
            assertThat(new Clients(second).records("kept")).containsExactly("record");
            assertThat(new Clients(second).query("select value from kept")).containsExactly("row");
        }
    }

    @Test
    void closeLeavesNoProcessAndMayBeRepeated() {
        var before = Processes.startedHere();
        var backends = EmbeddedBackends.start(directory, Ports.free());
        var servers = List.of(
                backends.postgreSql().pid().orElseThrow(),
                backends.redis().pid().orElseThrow());
        assertThat(servers).allMatch(Processes::running);
        long begin = System.nanoTime();

        backends.close();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(8));
        assertThat(servers).noneMatch(Processes::running);
        assertThat(Processes.startedHere()).isEqualTo(before);
        backends.close();
    }

    @Test
    void allAreReadySoonOnceUnpacked() {
        EmbeddedBackends.start(directory, Ports.free()).close();

        try (var again = EmbeddedBackends.start(directory, Ports.free())) {
            assertThat(again.startTimes().total()).isLessThan(Duration.ofSeconds(6));
        }
    }

    @Test
    void aTakenPortIsNamedWithWhatWantedIt() throws Exception {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            int port = taken.getLocalPort();

            assertThatThrownBy(() -> EmbeddedBackends.start(directory, new Ports(port, 0, 0)))
                    .hasMessage("port " + port + " on 127.0.0.1, wanted by Kafka, is taken");
            assertThatThrownBy(() -> EmbeddedBackends.start(directory, new Ports(0, port, 0)))
                    .hasMessage("port " + port + " on 127.0.0.1, wanted by PostgreSQL, is taken");
            assertThatThrownBy(() -> EmbeddedBackends.start(directory, new Ports(0, 0, port)))
                    .hasMessage("port " + port + " on 127.0.0.1, wanted by Redis, is taken");
        }
    }

    @Test
    void aDirectoryInUseByThisProcessIsRefused() throws Exception {
        try (var _ = EmbeddedBackends.start(directory, Ports.free())) {
            assertThatThrownBy(() -> EmbeddedBackends.start(directory, Ports.free()))
                    .hasMessage(directory.toRealPath() + " is in use by process "
                            + ProcessHandle.current().pid());
        }
    }

    @Test
    void aDatabaseThatWouldLoseItsCommitsIsNotStarted() throws Exception {
        try (var first = EmbeddedBackends.start(directory, Ports.free())) {
            new Clients(first).execute("alter role triggers set synchronous_commit = off");
        }

        assertThatThrownBy(() -> EmbeddedBackends.start(directory, Ports.free()))
                .isInstanceOf(BackendFailure.class)
                .hasMessageContaining("synchronous_commit is off (expected: on)");
    }

    @Test
    void aProcessNumberThatSomeoneElseHasNowIsLeftAlone() throws Exception {
        var stranger = new ProcessBuilder("sleep", "60").start();
        try {
            EmbeddedBackends.start(directory, Ports.free()).close();
            Files.writeString(directory.resolve("redis/redis.pid"), Long.toString(stranger.pid()));

            EmbeddedBackends.start(directory, Ports.free()).close();

            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }
}
