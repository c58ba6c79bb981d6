package dev.triggers.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Trigger Inbox contract as a client speaks it that nobody here wrote: {@code @zapier/zapier-sdk}, as it is on npm.
 * What it does is in {@code src/test/zapier-sdk/triggers.mjs}. Needs node 20 and npm, and the registry the first time.
 */
class ZapierSdkIT {

    private static final Path SOURCES = Project.ROOT.resolve("proof/src/test/zapier-sdk");
    private static final Path INSTALLED = Project.ROOT.resolve("proof/target/zapier-sdk");

    private static Path directory;
    private static Dev dev;

    @BeforeAll
    static void start(@TempDir Path temp) throws Exception {
        directory = temp;
        install();
        dev = Dev.startFrugally(temp.resolve("data"));
    }

    @AfterAll
    static void stop() {
        dev.close();
    }

    /** From what npm has already, where it has it. */
    private static void install() throws Exception {
        Files.createDirectories(INSTALLED);
        for (String file : List.of("package.json", "package-lock.json", "triggers.mjs")) {
            Files.copy(SOURCES.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Launched npm = Launched.start(
                directory.resolve("npm.out"),
                Map.of(),
                List.of(
                        "npm",
                        "ci",
                        "--prefix",
                        INSTALLED.toString(),
                        "--prefer-offline",
                        "--ignore-scripts",
                        "--no-audit",
                        "--no-fund"));
        assertThat(npm.awaitEnd(Duration.ofSeconds(120))).as(npm.output()).isZero();
    }

    @Test
    void everyMethodOfItDoesWhatItsReaderExpects() {
        Client client = dev.newOrg();
        Launched node = Launched.start(
                directory.resolve("node.out"),
                Map.of(
                        "TRIGGERS_URL", dev.env("TRIGGERS_URL"),
                        "TRIGGERS_KEY", client.key(),
                        "ZAPIER_SDK_TELEMETRY_TRANSPORT", "noop"),
                List.of("node", INSTALLED.resolve("triggers.mjs").toString()));

        int ended = node.awaitEnd(Duration.ofSeconds(150));

        assertThat(ended).as(node.output()).isZero();
        assertThat(node.output().lines().filter(line -> line.startsWith("ok: ")))
                .containsExactly(
                        "ok: create",
                        "ok: create of a name in use is a conflict",
                        "ok: ensure",
                        "ok: list and get by name",
                        "ok: update",
                        "ok: lease",
                        "ok: ack",
                        "ok: release",
                        "ok: list messages",
                        "ok: drain",
                        "ok: a paused inbox is drained, then says so",
                        "ok: resume",
                        "ok: delete");
    }
}
