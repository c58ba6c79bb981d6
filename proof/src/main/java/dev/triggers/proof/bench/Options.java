package dev.triggers.proof.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What was asked for on the command line.
 *
 * @param names scenarios and groups; none: all
 * @param seconds of measured load; absent: the scenario's own
 * @param rounds of everything that is repeated
 * @param ids to remember in {@code remembered-ids}
 * @param rows of an inbox; absent: the scenario's own
 * @param heap of each service at most, MB
 * @param jvm what each service's JVM is told besides
 * @param smoke so little that it shows nothing but that it works
 * @param profile whether each service records a flight (JFR), laid beside the results
 * @param peers files with requests to other servers, to be measured beside
 * @param markdown whether what is printed is to be pasted
 */
record Options(
        List<String> names,
        Optional<Integer> seconds,
        int rounds,
        int ids,
        Optional<Integer> rows,
        int heap,
        List<String> jvm,
        boolean smoke,
        boolean profile,
        List<Path> peers,
        boolean markdown,
        boolean list,
        Path out) {

    /** What may be asked for, without the scenarios. */
    static final String USAGE = """
            ./triggers bench [SCENARIO or GROUP …] [OPTION …]
            ./triggers bench jmh [PATTERN …]

            Measures on servers of its own; all scenarios, where none is named. The group targets has those of
            which something is wanted; what was and what was found stands at the end.

              --seconds N    of measured load, instead of a scenario's own
              --rounds N     of what is repeated; 3
              --ids N        for remembered-ids and catch-up; 1,000,000
              --rows N       in an inbox, instead of a scenario's own
              --heap MB      of each service at most; 512
              --jvm OPTION   of each service's JVM besides, as in --jvm -XX:+UseG1GC; may be given several times
              --peer FILE    another server beside ours in single-post and seed; may be given several times
              --profile      a flight recording of each service, laid beside the results
              --smoke        hardly any load: shows that it works and nothing else
              --markdown     tables to paste
              --out DIR      for tables, runs and plots, instead of target/bench
              --list         the scenarios that were named, or all
              --help         this

            Scenarios:""";

    private static final int SMOKE_IDS = 2_000;
    private static final int SMOKE_ROWS = 3_000;

    /** Throws {@link IllegalArgumentException} that says what was not understood. */
    static Options parse(List<String> words, Path defaultOut) {
        List<String> names = new ArrayList<>();
        Optional<Integer> seconds = Optional.empty();
        int rounds = 3;
        int ids = 1_000_000;
        Optional<Integer> rows = Optional.empty();
        int heap = 512;
        List<String> jvm = new ArrayList<>();
        boolean smoke = false;
        boolean profile = false;
        List<Path> peers = new ArrayList<>();
        boolean markdown = false;
        boolean list = false;
        Path out = defaultOut;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            switch (word) {
                case "--smoke" -> smoke = true;
                case "--profile" -> profile = true;
                case "--peer" -> peers.add(Path.of(value(word, words, ++i)));
                case "--markdown" -> markdown = true;
                case "--list" -> list = true;
                case "--seconds" -> seconds = Optional.of(number(word, words, ++i, 7_200));
                case "--rounds" -> rounds = number(word, words, ++i, 20);
                case "--ids" -> ids = number(word, words, ++i, 100_000_000);
                case "--rows" -> rows = Optional.of(number(word, words, ++i, 100_000_000));
                case "--heap" -> heap = number(word, words, ++i, 65_536);
                case "--jvm" -> jvm.add(value(word, words, ++i));
                case "--out" -> out = Path.of(value(word, words, ++i));
                default -> {
                    if (word.startsWith("--")) {
                        throw new IllegalArgumentException("no such option: " + word);
                    }
                    names.add(word);
                }
            }
        }
        return new Options(
                List.copyOf(names),
                seconds,
                smoke ? 1 : rounds,
                smoke ? SMOKE_IDS : ids,
                smoke ? Optional.of(SMOKE_ROWS) : rows,
                heap,
                List.copyOf(jvm),
                smoke,
                profile,
                List.copyOf(peers),
                markdown,
                list,
                out);
    }

    /** Rows of an inbox: what was asked for, or a scenario's own. */
    int rows(int otherwise) {
        return rows.orElse(otherwise);
    }

    private static String value(String option, List<String> words, int at) {
        if (at >= words.size()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return words.get(at);
    }

    private static int number(String option, List<String> words, int at, int most) {
        String text = value(option, words, at);
        try {
            int number = Integer.parseInt(text.replace("_", ""));
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw new IllegalArgumentException(option + ": " + text + " (expected: a number from 1 to " + most + ")");
    }
}
