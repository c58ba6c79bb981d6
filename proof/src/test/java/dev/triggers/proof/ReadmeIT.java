package dev.triggers.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's commands, run as they stand there; only the port and the data directory are this test's own. */
class ReadmeIT {

    private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

    private static final Pattern HELD_BY = Pattern.compile("`([A-Z][A-Za-z]*(?:IT|Test))(?:\\.([a-zA-Z]+))?`");

    @Test
    void everyCommandOfTheReadmeWorks(@TempDir Path temp) throws IOException {
        Path data = temp.resolve("data");
        List<String> commands = commands();
        assertThat(commands).contains("./triggers dev", "./triggers test");

        try (Launched dev = Dev.command(data, Launched.freePort(), "out")) {
            dev.awaitOutput("Triggers is ready", Duration.ofSeconds(90));
            String script = String.join(
                    "\n",
                    commands.stream()
                            .filter(command -> !command.equals("./triggers dev") && !command.equals("./triggers test"))
                            .map(command -> command.replace("data/dev.env", data + "/dev.env"))
                            .toList());
            Launched shell = Launched.start(
                    temp.resolve("shell.out"), Map.of(), List.of("bash", "-e", "-o", "pipefail", "-c", script));

            assertThat(shell.awaitEnd(Duration.ofSeconds(60)))
                    .as(shell.output())
                    .isZero();
            assertThat(shell.output())
                    .contains(Project.sample().size() + " received")
                    .contains("\"events\":[{");
        }
    }

    @Test
    void everyTestThatThePromisesNameExists() throws IOException {
        Matcher names = HELD_BY.matcher(Files.readString(Project.ROOT.resolve("README.md")));
        List<String> found = new ArrayList<>();
        while (names.find()) {
            String test = names.group(1);
            String method = names.group(2) == null ? "" : names.group(2);
            assertThat(sourceOf(test)).as(test + "." + method).contains(" " + method);
            found.add(test);
        }
        assertThat(found).hasSizeGreaterThan(8);
    }

    private static String sourceOf(String test) throws IOException {
        try (Stream<Path> files = Files.find(
                Project.ROOT,
                12,
                (file, _) -> file.endsWith(test + ".java") && file.toString().contains("src/test"))) {
            return Files.readString(files.findFirst().orElseThrow(() -> new IllegalStateException("no test " + test)));
        }
    }

    /** What {@code .ci/run} calls is what the README says to call. */
    @Test
    void theReadmesTestCommandIsTheOneThatIsRunEverywhere() throws IOException {
        assertThat(Files.readString(Project.ROOT.resolve(".ci/run"))).contains("\n./triggers test\n");
    }

    private static List<String> commands() throws IOException {
        List<String> commands = new ArrayList<>();
        var blocks = BLOCK.matcher(Files.readString(Project.ROOT.resolve("README.md")));
        while (blocks.find()) {
            blocks.group(1)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .forEach(commands::add);
        }
        return commands;
    }
}
