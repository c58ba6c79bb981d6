package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The second opinion on closed load: <a href="https://github.com/wg/wrk">wrk</a>, which nobody here wrote, with a script that
 * sends the same requests.
 */
final class Wrk {

    static final String MISSING = "wrk is not installed, so there is no second opinion: apt-get install wrk";

    private static final String SAID = "triggers ";
    private static final int MOST_REQUESTS = 100_000_000;

    /** What it came to. All requests answered: 2xx and others. */
    record Result(long requests, double seconds, long refused, long broken, double p50, double p99, double p999) {

        long taken() {
            return requests - refused;
        }

        double perSecond() {
            return taken() / seconds;
        }
    }

    private Wrk() {}

    static boolean installed() {
        return Optional.ofNullable(System.getenv("PATH")).stream()
                .flatMap(path -> List.of(path.split(":")).stream())
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "wrk")));
    }

    /** Sends these with one thread. Whatever is under way at the end is cut off: as many requests as connections. */
    static Result run(Bench bench, Posts posts, int connections, Duration duration)
            throws IOException, InterruptedException {
        Path script = Files.writeString(bench.directory().resolve("wrk.lua"), script(posts.templates()));
        Process wrk = new ProcessBuilder(
                        "wrk",
                        "-t1",
                        "-c" + connections,
                        "-d" + duration.toSeconds() + "s",
                        "--timeout",
                        "10s",
                        "-s",
                        script.toString(),
                        posts.templates().getFirst().server().toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(wrk.getInputStream().readAllBytes(), UTF_8);
        wrk.waitFor(1, TimeUnit.MINUTES);
        return said.lines()
                .filter(line -> line.startsWith(SAID))
                .findFirst()
                .map(line -> line.substring(SAID.length()).split(" "))
                .map(Wrk::result)
                .orElseThrow(() -> new IllegalStateException("wrk: " + said));
    }

    private static Result result(String[] words) {
        return new Result(
                Long.parseLong(words[0]),
                Long.parseLong(words[1]) / 1e6,
                Long.parseLong(words[2]),
                Long.parseLong(words[3]),
                Long.parseLong(words[4]) / 1e3,
                Long.parseLong(words[5]) / 1e3,
                Long.parseLong(words[6]) / 1e3);
    }

    private static String script(List<RequestTemplate> templates) {
        return """
            local heads, middles, tails = {%s}, {%s}, {%s}
            local number = %d
            request = function()
              number = number + 1
              local org = number %% #heads + 1
              local digits = string.format("%%.0f", number)
              return heads[org] .. digits .. middles[org] .. digits .. tails[org]
            end
            done = function(summary, latency, requests)
              local errors = summary.errors
              io.write(string.format("triggers %%d %%d %%d %%d %%d %%d %%d\\n", summary.requests, summary.duration,
                errors.status, errors.connect + errors.read + errors.write + errors.timeout,
                latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
            end
            """.formatted(
                        part(templates, 0),
                        part(templates, 1),
                        part(templates, 2),
                        RequestTemplate.FIRST + ClosedLoad.numbers(MOST_REQUESTS));
    }

    /** What stands before, between and after the two places of the number, for each, as Lua. */
    private static String part(List<RequestTemplate> templates, int nth) {
        return templates.stream()
                .map(template -> {
                    int from = nth == 0 ? 0 : template.place(nth - 1) + RequestTemplate.DIGITS;
                    int to = nth == 2 ? template.bytes().length : template.place(nth);
                    return quoted(template.bytes(), from, to);
                })
                .collect(Collectors.joining(","));
    }

    private static String quoted(byte[] bytes, int from, int to) {
        StringBuilder text = new StringBuilder("\"");
        for (int i = from; i < to; i++) {
            text.append("\\").append("%03d".formatted(bytes[i] & 0xff));
        }
        return text.append('"').toString();
    }
}
