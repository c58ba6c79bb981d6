package dev.triggers.openapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The two documents: as springdoc makes it of the {@link Contract}, and as it is checked in and served. */
final class Document {

    static final Path GOLDEN = Path.of("../access/src/main/resources/dev/triggers/access/http/openapi.json");

    static final JsonMapper JSON = JsonMapper.builder().build();

    private Document() {}

    static JsonNode generated() {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(DocumentConfiguration.class)
                .bannerMode(Banner.Mode.OFF)
                .logStartupInfo(false)
                .properties(Map.of(
                        "spring.config.name", "none",
                        "server.port", "0",
                        "server.address", "127.0.0.1",
                        "springdoc.api-docs.version", "openapi_3_1",
                        "springdoc.writer-with-order-by-keys", "true",
                        "springdoc.override-with-generic-response", "false"))
                .run()) {
            JsonNode document = get(context.getEnvironment().getRequiredProperty("local.server.port"));
            ((ObjectNode) document).remove("servers"); // wherever it is read
            return document;
        }
    }

    private static JsonNode get(String port) {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v3/api-docs"))
                            .build(),
                    BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(answer.statusCode() + " " + answer.body());
            }
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static JsonNode golden() {
        return JSON.readTree(text(GOLDEN));
    }

    static String text(Path file) {
        try {
            return Files.readString(file, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void renew(JsonNode document) {
        try {
            Files.writeString(GOLDEN, pretty(document), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Two spaces, one member a line, a line feed at the end: fit for a diff. */
    static String pretty(JsonNode document) {
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        return JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .defaultPrettyPrinter(new DefaultPrettyPrinter()
                                .withObjectIndenter(lines)
                                .withArrayIndenter(lines))
                        .build()
                        .writeValueAsString(document)
                + "\n";
    }
}
