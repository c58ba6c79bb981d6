package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestTemplateTest {

    @TempDir
    private Path directory;

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("peer.http"), text);
    }

    @Test
    void aPeerIsAFileWithARequest() throws IOException {
        RequestTemplate peer = RequestTemplate.read(file("""
                POST http://127.0.0.1:8090/topics/orders?x=1
                Content-Type: application/json

                {"records":[{"value":{"n":{number},"name":"Zoë"}}]}
                """));

        assertThat(peer.server()).isEqualTo(URI.create("http://127.0.0.1:8090"));
        assertThat(new String(peer.request(42), UTF_8).replace("\r\n", "\n")).isEqualTo("""
                POST /topics/orders?x=1 HTTP/1.1
                Host: 127.0.0.1:8090
                Content-Type: application/json
                Content-Length: 56

                {"records":[{"value":{"n":100000000042,"name":"Zoë"}}]}""");
    }

    @Test
    void theNumberCanBeReadAgain() {
        byte[] request = RequestTemplate.get(URI.create("http://127.0.0.1:1"), "/{number}", Map.of())
                .request(123_456);

        assertThat(RequestTemplate.number(request, "GET /".length())).isEqualTo(123_456);
    }

    @Test
    void aFileThatIsNoRequestIsRefused() throws IOException {
        Path file = file("GET http://127.0.0.1/\n\n");

        assertThatThrownBy(() -> RequestTemplate.read(file)).hasMessageContaining("not a request");
        assertThatThrownBy(() -> RequestTemplate.read(directory.resolve("none")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
