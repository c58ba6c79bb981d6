package dev.triggers.cli.rebuild;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.triggers.cli.Failure;
import dev.triggers.cli.Usage;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RebuildCommandTest {

    private static final String NONE = "200 {\"estimate\":{\"bytes\":1234567,\"records\":4200},\"rebuild\":null}";

    private final Queue<String> answers = new ArrayDeque<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private HttpServer service;

    @BeforeEach
    void start() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        service.createContext("/v1/rebuild", exchange -> {
            requests.add(exchange.getRequestMethod() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization"));
            String[] answer = answers.remove().split(" ", 2);
            byte[] body = answer[1].getBytes(UTF_8);
            exchange.sendResponseHeaders(Integer.parseInt(answer[0]), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        service.start();
    }

    @AfterEach
    void stop() {
        service.stop(0);
    }

    @Test
    void itSaysWhatItTakesBeginsAndShowsHowFarItIs() throws Exception {
        answers.addAll(List.of(
                NONE,
                "202 {}",
                rebuild("building", 1_050, false),
                "503 {\"code\":\"inbox_unavailable\"}",
                rebuild("building", 4_200, false),
                rebuild("done", 4_200, true)));

        assertThat(run("", "--yes")).isZero();

        assertThat(requests)
                .containsExactly(
                        "GET Bearer token",
                        "POST Bearer token",
                        "GET Bearer token",
                        "GET Bearer token",
                        "GET Bearer token",
                        "GET Bearer token");
        assertThat(out.toString(UTF_8)).isEqualTo("""
                Reads 4,200 records of the log, and needs about 1.2 MB of disk in PostgreSQL besides what is used now.
                building [########......................]  25 % of 4,200 records
                building [##############################] 100 % of 4,200 records
                rebuild done, 4,200 records
                """);
    }

    @Test
    void itAsksAndTakesNoForAnAnswer() throws Exception {
        answers.add(NONE);
        assertThat(run("n\n")).isEqualTo(1);
        answers.add(NONE);
        assertThat(run("")).isEqualTo(1);
        assertThat(requests).containsExactly("GET Bearer token", "GET Bearer token");
    }

    @Test
    void yesBegins() throws Exception {
        answers.addAll(List.of(NONE, "202 {}", rebuild("done", 4_200, true)));
        assertThat(run("y\n")).isZero();
    }

    @Test
    void oneUnderWayIsFollowed() throws Exception {
        answers.addAll(
                List.of(rebuild("building", 1, false), rebuild("done", 4_200, true), rebuild("done", 4_200, true)));
        assertThat(run("")).isZero();
        assertThat(requests).doesNotContain("POST Bearer token");
    }

    @Test
    void oneThatWasCancelledIsNotDone() throws Exception {
        answers.addAll(List.of(NONE, "202 {}", rebuild("cancelled", 1, true)));
        assertThat(run("", "--yes")).isEqualTo(1);
    }

    @Test
    void cancelWaitsUntilItIs() throws Exception {
        answers.addAll(List.of("202 {}", rebuild("cancelling", 1, false), rebuild("cancelled", 1, true)));
        assertThat(run("", "--cancel")).isZero();
        assertThat(requests).startsWith("DELETE Bearer token");
    }

    @Test
    void aRefusalIsSaid() {
        answers.addAll(List.of(NONE, "409 {\"code\":\"rebuild_refused\"}"));
        assertThatThrownBy(() -> run("", "--yes"))
                .isInstanceOf(Failure.class)
                .hasMessage("409 {\"code\":\"rebuild_refused\"}");
    }

    @Test
    void withoutATokenItSaysWhatIsMissing() {
        assertThatThrownBy(() -> new RebuildCommand(List.of(), Map.of("TRIGGERS_URL", "http://127.0.0.1:1")))
                .isInstanceOf(Usage.class)
                .hasMessageStartingWith("TRIGGERS_ADMIN_TOKEN is not set");
    }

    private int run(String typed, String... options) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(options));
        words.add("--url=http://127.0.0.1:" + service.getAddress().getPort());
        RebuildCommand command =
                new RebuildCommand(words, Map.of("TRIGGERS_ADMIN_TOKEN", "token"), Duration.ofMillis(1));
        return command.run(new PrintStream(out, true, UTF_8), new BufferedReader(new StringReader(typed)));
    }

    private static String rebuild(String state, long done, boolean ended) {
        return "200 {\"estimate\":{\"bytes\":1,\"records\":4200},\"rebuild\":{\"id\":\"x\",\"state\":\"" + state
                + "\",\"began_at\":\"2026-11-23T08:00:00Z\",\"ended_at\":"
                + (ended ? "\"2026-11-23T08:01:00Z\"" : "null") + ",\"records_done\":" + done + ",\"records\":4200}}";
    }
}
