package dev.triggers.cli.rebuild;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.cli.Arguments;
import dev.triggers.cli.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code ./triggers rebuild}: says what it would take, asks, begins, and shows how far it is until it is done. Exit code 0
 * only when the new tables are in use. It runs in the service: ending this command does not end it, {@code --cancel} does.
 */
public final class RebuildCommand {

    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final int MOST_FAILURES = 60;
    private static final int BAR_CHARS = 30;

    private final URI rebuild;
    private final String token;
    private final boolean yes;
    private final boolean cancel;
    private final boolean terminal;
    private final Duration pause;
    private final HttpClient http = HttpClient.newHttpClient();
    private final JsonMapper json = JsonMapper.shared();

    public RebuildCommand(List<String> words, Map<String, String> environment) {
        this(words, environment, Duration.ofSeconds(1));
    }

    /** @param pause between two looks */
    RebuildCommand(List<String> words, Map<String, String> environment, Duration pause) {
        Arguments arguments = new Arguments(words, Set.of("url", "token"), Set.of("yes", "cancel"));
        arguments.rest(0, "no words but options");
        rebuild = arguments.service(environment).resolve("/v1/rebuild");
        token = arguments.setting("token", environment, "TRIGGERS_ADMIN_TOKEN");
        yes = arguments.has("yes");
        cancel = arguments.has("cancel");
        terminal = environment.getOrDefault("TRIGGERS_TERMINAL", "").equals("1");
        this.pause = pause;
    }

    public int run() {
        try {
            return run(System.out, new BufferedReader(new InputStreamReader(System.in, UTF_8)));
        } catch (IOException e) {
            throw new Failure(rebuild + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }

    int run(PrintStream out, BufferedReader answers) throws IOException, InterruptedException {
        if (cancel) {
            call("DELETE");
            return follow(out);
        }
        JsonNode now = call("GET");
        if (!isUnderWay(now)) {
            out.println(estimate(now.get("estimate")));
            if (!yes && !confirmed(out, answers)) {
                return 1;
            }
            call("POST");
        }
        return follow(out);
    }

    private static String estimate(JsonNode estimate) {
        return String.format(
                Locale.ROOT,
                "Reads %,d records of the log, and needs about %s of disk in PostgreSQL besides what is used now.",
                estimate.get("records").asLong(),
                size(estimate.get("bytes").asLong()));
    }

    private static String size(long bytes) {
        String[] units = {"B", "kB", "MB", "GB", "TB"};
        double value = bytes;
        int unit = 0;
        while (value >= 1_000 && unit < units.length - 1) {
            value /= 1_000;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, units[unit]);
    }

    private static boolean confirmed(PrintStream out, BufferedReader answers) throws IOException {
        out.print("Inboxes serve meanwhile. Begin? [y/N] ");
        out.flush();
        String answer = answers.readLine();
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
    }

    private static boolean isUnderWay(JsonNode overview) {
        JsonNode last = overview.get("rebuild");
        return !last.isNull() && last.get("ended_at").isNull();
    }

    /** Until it has ended; a service that does not answer for a while is asked again. */
    private int follow(PrintStream out) throws IOException, InterruptedException {
        int failures = 0;
        while (true) {
            try {
                JsonNode overview = call("GET");
                failures = 0;
                JsonNode last = overview.get("rebuild");
                if (last.isNull()) {
                    out.println("no rebuild there");
                    return cancel ? 0 : 1;
                }
                if (!isUnderWay(overview)) {
                    return end(out, last);
                }
                show(out, last);
            } catch (IOException e) {
                failures++;
                if (failures == MOST_FAILURES) {
                    throw e;
                }
            }
            Thread.sleep(pause);
        }
    }

    private int end(PrintStream out, JsonNode last) {
        String state = last.get("state").asString();
        if (terminal) {
            out.print("\r\u001b[K");
        }
        out.printf(
                Locale.ROOT,
                "rebuild %s, %,d records%n",
                state,
                last.get("records_done").asLong());
        return state.equals(cancel ? "cancelled" : "done") ? 0 : 1;
    }

    private void show(PrintStream out, JsonNode rebuild) {
        long all = rebuild.get("records").asLong();
        long done = rebuild.get("records_done").asLong();
        double part = all == 0 ? 0 : (double) done / all;
        int full = (int) Math.round(part * BAR_CHARS);
        String line = String.format(
                Locale.ROOT,
                "%s [%s%s] %3.0f %% of %,d records",
                rebuild.get("state").asString(),
                "#".repeat(full),
                ".".repeat(BAR_CHARS - full),
                part * 100,
                all);
        out.print(terminal ? "\r" + line + " " : line + "\n");
        out.flush();
    }

    private JsonNode call(String method) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(rebuild)
                        .method(method, BodyPublishers.noBody())
                        .header("Authorization", "Bearer " + token)
                        .timeout(TIMEOUT)
                        .build(),
                BodyHandlers.ofString());
        if (response.statusCode() == 503) {
            throw new IOException("503 " + response.body());
        }
        if (response.statusCode() >= 300) {
            throw new Failure(response.statusCode() + " " + response.body());
        }
        return json.readTree(response.body());
    }
}
