package dev.triggers.cli.send;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventSenderTest {

    private final Queue<String> answers = new ArrayDeque<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Tally tally = new Tally();
    private HttpServer service;
    private EventSender sender;

    @BeforeEach
    void start() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        service.createContext("/v1/events/batch", exchange -> {
            requests.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            String[] answer = answers.remove().split(" ", 2);
            byte[] body = answer[1].getBytes(UTF_8);
            exchange.sendResponseHeaders(Integer.parseInt(answer[0]), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        service.start();
        sender = new EventSender(
                URI.create("http://127.0.0.1:" + service.getAddress().getPort()), "key", tally);
    }

    @AfterEach
    void stop() {
        service.stop(0);
    }

    @Test
    void whatIsToBeRetriedOrWasLimitedIsSentAgainUnderTheSameName() throws Exception {
        answers.add("503 {\"detail\":\"bodies: too many\"}");
        answers.add("207 {\"results\":[{\"outcome\":\"received\"},{\"outcome\":\"retry\",\"error\":{\"status\":503}},"
                + "{\"outcome\":\"invalid\",\"error\":{\"status\":400,\"detail\":\"no\"}},{\"outcome\":\"limited\"}]}");
        answers.add("202 {\"results\":[{\"outcome\":\"received\"},{\"outcome\":\"received\"}]}");

        sender.send(List.of(line(1), line(2), line(3), line(4)));

        List<String> first = Arrays.asList(requests.get(0).split("\n", -1));
        assertThat(first)
                .hasSize(4)
                .allMatch(line -> line.startsWith("{\"dedup_id\":\""))
                .doesNotHaveDuplicates();
        assertThat(requests.get(1)).isEqualTo(requests.get(0));
        assertThat(requests.get(2)).isEqualTo(first.get(1) + "\n" + first.get(3));
        assertThat(tally.summary()).startsWith("4 sent: 3 received, 1 refused, 0 failed");
    }

    @Test
    void whatTheServiceWillNotTakeAsAWholeIsRefusedAtOnce() throws Exception {
        answers.add("401 {\"detail\":\"key: unknown\"}");

        sender.send(List.of(line(1), line(2)));

        assertThat(requests).hasSize(1);
        assertThat(tally.summary()).startsWith("2 sent: 0 received, 2 refused, 0 failed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"type\":\"a\",\"data\":{\"dedup_id\":1}} | \\{\"dedup_id\":\"[0-9a-f-]{36}\",\"type\":\"a\",\"data\":\\{\"dedup_id\":1}}",
                "{}                                         | \\{\"dedup_id\":\"[0-9a-f-]{36}\"}",
                "{ }                                        | \\{\"dedup_id\":\"[0-9a-f-]{36}\" }",
                "{\"type\":\"a\",\"dedup_id\":\"x\"}        | \\{\"type\":\"a\",\"dedup_id\":\"x\"}",
                "nonsense                                   | nonsense",
                "[{}]                                       | \\[\\{}]",
                "{\"type\":                                 | \\{\"type\":"
            })
    void anEventWithoutADedupIdIsGivenOne(String text, String named) {
        assertThat(new Line(1, text).named().text()).matches(named);
    }

    private static Line line(int number) {
        return new Line(number, "{\"type\":\"a\",\"data\":{\"n\":" + number + "}}");
    }
}
