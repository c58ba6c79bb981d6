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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands of the README and of the guides, run as they stand; only port and data directory are this test's own. */
class ReadmeIT {

    private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

    private static final Pattern HELD_BY = Pattern.compile("`([A-Z][A-Za-z]*(?:IT|Test))(?:\\.([a-zA-Z]+))?`");

    private static Path directory;
    private static Dev dev;

    @BeforeAll
    static void start(@TempDir Path temp) {
        directory = temp;
        dev = Dev.startFrugally(temp.resolve("data"));
    }

    @AfterAll
    static void stop() {
        dev.close();
    }

    @Test
    void everyCommandOfTheReadmeWorks() throws IOException {
        List<String> commands = commands();
        assertThat(commands).contains("./triggers dev", "./triggers test");

        String output = run(
                "readme",
                String.join(
                        "\n",
                        commands.stream()
                                .filter(command ->
                                        !command.equals("./triggers dev") && !command.equals("./triggers test"))
                                .toList()));

        assertThat(output).contains(Project.sample().size() + " received").contains("\"events\":[{");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingest", "inbox"})
    void everyCommandOfAGuideIsAnsweredAsItSays(String guide) throws IOException {
        List<Documented> blocks = Documented.in(Project.ROOT.resolve("docs/" + guide + ".md"));
        String mark = "-- the next block --";

        String output = run(
                guide,
                String.join(
                        "\necho '" + mark + "'\n",
                        blocks.stream().map(Documented::commands).toList()));

        String[] answers = output.split(mark, -1);
        assertThat(blocks).hasSizeGreaterThan(10).hasSameSizeAs(answers);
        for (int i = 0; i < answers.length; i++) {
            assertThat(answers[i])
                    .as(blocks.get(i).commands())
                    .matches(blocks.get(i).answer());
        }
    }

    /** Runs commands as they stand, but for the data directory. */
    private static String run(String name, String commands) {
        String script = commands.replace("data/dev.env", directory.resolve("data") + "/dev.env")
                .replace("answer.json", directory.resolve("answer.json").toString());
        Launched shell = Launched.start(
                directory.resolve(name + ".out"), Map.of(), List.of("bash", "-e", "-o", "pipefail", "-c", script));
        assertThat(shell.awaitEnd(Duration.ofSeconds(60))).as(shell.output()).isZero();
        return shell.output();
    }

    /** Commands of a page, and what it says that they answer: the block after them, if it is one of JSON. */
    private record Documented(String commands, Pattern answer) {

        private static final Pattern PAIR =
                Pattern.compile("```sh\n(.*?)```(?:\\s*```json\n(.*?)```)?", Pattern.DOTALL);

        static List<Documented> in(Path page) throws IOException {
            List<Documented> all = new ArrayList<>();
            Matcher pairs = PAIR.matcher(Files.readString(page));
            while (pairs.find()) {
                all.add(new Documented(pairs.group(1), pattern(pairs.group(2) == null ? "" : pairs.group(2))));
            }
            return all;
        }

        /** An ellipsis stands for anything; lines may be broken anywhere between words. */
        private static Pattern pattern(String text) {
            StringBuilder regex = new StringBuilder("\\s*");
            for (String word : text.strip().split("\\s+", -1)) {
                for (String part : word.splitWithDelimiters("…", 0)) {
                    regex.append(part.equals("…") ? ".*?" : Pattern.quote(part));
                }
                regex.append("\\s*");
            }
            return Pattern.compile(regex.toString(), Pattern.DOTALL);
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
