package dev.triggers.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./triggers} in a checkout whose Maven waits until it is let go, and whose JDK says that it ran. */
class BuildLockTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path checkout;

    private Path builds;
    private Path go;

    @BeforeEach
    void make() throws Exception {
        builds = checkout.resolve("builds");
        go = checkout.resolve("go");
        assertThat(new ProcessBuilder("mkfifo", go.toString()).start().waitFor())
                .isZero();
        Files.copy(Project.ROOT.resolve("triggers"), checkout.resolve("triggers"));
        Files.createDirectories(checkout.resolve("cli/src/main"));
        Files.createDirectories(checkout.resolve("jdk/bin"));
        Files.createFile(checkout.resolve("pom.xml"));
        Files.createFile(checkout.resolve("cli/pom.xml"));
        Files.createFile(checkout.resolve("cli/src/main/Source.java"));
        Files.writeString(checkout.resolve("jdk/release"), "JAVA_VERSION=\"25\"\n");
        script("mvnw", """
                here=$(dirname "$0")
                echo built >>"$here/builds"
                cat "$here/go" >/dev/null
                mkdir -p "$here/cli/target"
                echo jars >"$here/cli/target/classpath"
                """);
        script("jdk/bin/javac", "");
        script("jdk/bin/java", "echo ran");
    }

    private void script(String name, String body) throws IOException {
        Path file = checkout.resolve(name);
        Files.writeString(file, "#!/usr/bin/env bash\n" + body);
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private Launched started(String name, Map<String, String> environment) {
        return Launched.start(
                checkout.resolve(name),
                environment,
                List.of(checkout.resolve("triggers").toString(), "send", "-"));
    }

    private Launched started(String name) {
        return started(name, Map.of("JAVA_HOME", checkout.resolve("jdk").toString()));
    }

    private void letGo() throws IOException {
        Files.newOutputStream(go).close();
    }

    private void awaitBuilds(int count) {
        Awaitility.await()
                .atMost(SOON)
                .until(() -> Files.exists(builds) && Files.readAllLines(builds).size() == count);
    }

    @Test
    void whatTwoNeedIsBuiltByOneOfThem() throws Exception {
        try (Launched one = started("one")) {
            awaitBuilds(1);
            try (Launched other = started("other")) {
                other.awaitOutput("waiting for process " + one.pid(), SOON);

                letGo();

                assertThat(one.awaitEnd(SOON)).isZero();
                assertThat(other.awaitEnd(SOON)).isZero();
                assertThat(one.output()).endsWith("ran\n");
                assertThat(other.output()).endsWith("ran\n");
                awaitBuilds(1);
            }
        }
    }

    @Test
    void whoIsKilledWhileItBuildsIsInNobodysWay() throws Exception {
        Launched killed = started("killed");
        awaitBuilds(1);
        List<ProcessHandle> all = ProcessHandle.of(killed.pid())
                .map(process -> process.descendants().toList())
                .orElseThrow();
        ProcessHandle.of(killed.pid()).orElseThrow().destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        killed.awaitEnd(SOON);

        try (Launched next = started("next")) {
            awaitBuilds(2);
            letGo();

            assertThat(next.awaitEnd(SOON)).isZero();
            assertThat(next.output()).endsWith("ran\n");
        }
        assertThat(checkout.resolve("target")).isEmptyDirectory();
    }

    @Test
    void whereNothingCanBeWrittenNobodyWaits() throws Exception {
        Files.createFile(checkout.resolve("target"));

        try (Launched one = started("one")) {
            assertThat(one.awaitEnd(SOON)).isEqualTo(1);
        }
        assertThat(builds).doesNotExist();
    }

    @Test
    void whereBuildingIsOffWhatIsThereIsRun() throws Exception {
        Path classpath = Files.createDirectories(checkout.resolve("cli/target")).resolve("classpath");
        Files.writeString(classpath, "jars\n");
        Files.setLastModifiedTime(classpath, FileTime.from(Instant.EPOCH));
        Map<String, String> off = Map.of("JAVA_HOME", checkout.resolve("jdk").toString(), "TRIGGERS_BUILD", "off");

        try (Launched one = started("one", off)) {
            assertThat(one.awaitEnd(SOON)).isZero();
            assertThat(one.output()).isEqualTo("ran\n");
        }
        assertThat(builds).doesNotExist();
    }

    @Test
    void aResourceWhoseSourceIsGoneIsNotLeftInWhatIsBuilt() throws Exception {
        Path classpath = Files.createDirectories(checkout.resolve("cli/target")).resolve("classpath");
        Files.writeString(classpath, "jars\n");
        Path left =
                Files.createDirectories(checkout.resolve("cli/target/classes")).resolve("removed.sql");
        Files.createFile(left);
        for (String source : List.of("pom.xml", "cli/pom.xml", "cli/src/main/Source.java")) {
            Files.setLastModifiedTime(checkout.resolve(source), FileTime.from(Instant.EPOCH));
        }
        Files.setLastModifiedTime(classpath, FileTime.from(Instant.EPOCH.plusSeconds(1)));

        try (Launched one = started("one")) {
            awaitBuilds(1);
            assertThat(left).doesNotExist();
            letGo();

            assertThat(one.awaitEnd(SOON)).isZero();
        }
    }
}
