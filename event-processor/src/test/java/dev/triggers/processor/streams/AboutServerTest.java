package dev.triggers.processor.streams;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.common.about.Readiness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AboutServerTest {

    private static final String LIVEZ = "GET /livez HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    private final List<Socket> opened = new ArrayList<>();
    private AboutServer server;

    @BeforeEach
    void start() throws IOException {
        List<Readiness> parts = List.of();
        server = new AboutServer(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), parts, () -> "a_metric 1\n");
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : opened) {
            socket.close();
        }
        server.close();
    }

    @Test
    void itSaysThatItLivesWhetherItIsReadyAndWhatItCounts() throws IOException {
        assertThat(ask(LIVEZ)).startsWith("HTTP/1.1 200").endsWith("{\"status\":\"alive\"}");
        assertThat(ask(LIVEZ.replace("livez", "readyz"))).startsWith("HTTP/1.1 200");
        assertThat(ask(LIVEZ.replace("livez", "metrics"))).endsWith("a_metric 1\n");
        assertThat(ask(LIVEZ.replace("livez", "other"))).startsWith("HTTP/1.1 404");
    }

    @Test
    void whoeverSaysNothingOrHalfOfItKeepsNobodyOutForLong() throws IOException {
        for (int i = 0; i < AboutServer.CONNECTIONS; i++) {
            Socket socket = open();
            if (i % 2 == 0) {
                socket.getOutputStream().write("GET /livez HTT".getBytes(US_ASCII));
            }
        }
        assertThat(ask(LIVEZ)).as("one too many").isEmpty();

        await().atMost(Duration.ofSeconds(6L * AboutServer.REQUEST_SECONDS))
                .untilAsserted(() -> assertThat(ask(LIVEZ)).startsWith("HTTP/1.1 200"));
    }

    private Socket open() throws IOException {
        Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), server.port());
        opened.add(socket);
        return socket;
    }

    /** All that is answered; nothing where the connection is closed instead. */
    private String ask(String request) {
        try (Socket socket = open()) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        } catch (SocketException e) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
