package dev.triggers.common.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What is published about the topics, against the table that it is made of, and against records as they are written. */
class TopicDocumentsTest {

    private static final String RENEW = "topics.renew";
    private static final Path PAGE = Path.of("../docs/topics.md");
    private static final Path ASYNC_API =
            Path.of("../access/src/main/resources/dev/triggers/access/http/asyncapi.json");

    private static final SchemaRegistry DRAFT_7 = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7);

    @Test
    void thePageIsWhatTheTableGives() {
        assertCheckedIn(PAGE, TopicsPage.page());
    }

    @Test
    void theAsyncApiDocumentIsWhatTheTableGives() {
        assertCheckedIn(ASYNC_API, pretty(AsyncApi.document()));
    }

    private static void assertCheckedIn(Path file, String generated) {
        try {
            if (Boolean.getBoolean(RENEW)) {
                Files.writeString(file, generated, UTF_8);
            }
            assertThat(Files.readString(file, UTF_8))
                    .as(
                            file
                                    + " is not what the table of topics gives; renew it: see CONTRIBUTING, The topics' contract")
                    .isEqualTo(generated);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void nothingOfTheTemplateIsLeft() {
        assertThat(TopicsPage.page()).doesNotContain("{{", "}}");
    }

    @Test
    void theDocumentIsValidAsyncApi() throws IOException {
        try (InputStream in = TopicDocumentsTest.class.getResourceAsStream("/asyncapi/3.0.0.json")) {
            Schema asyncApi = DRAFT_7.getSchema(AsyncApi.JSON.readTree(in));

            assertThat(asyncApi.validate(AsyncApi.document())).isEmpty();

            ObjectNode wrong = AsyncApi.document();
            ((ObjectNode) wrong.at("/operations/write-accepted")).put("action", "shout");
            assertThat(asyncApi.validate(wrong)).as("a document that is not").isNotEmpty();
        }
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        ObjectNode document = AsyncApi.document();
        List<JsonNode> references = document.findValues("$ref");

        assertThat(references)
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(
                                document.at(reference.asString().substring(1)).isMissingNode())
                        .as(reference.asString())
                        .isFalse());
    }

    @Test
    void everyMessagesNameIsItsOwn() {
        assertThat(Topics.all().stream()
                        .flatMap(topic -> topic.contract().messages().stream())
                        .map(MessageContract::name))
                .doesNotHaveDuplicates();
    }

    @Test
    void everyRecordIsAsTheDocumentSays() {
        JsonNode messages = AsyncApi.document().at("/components/messages");
        assertThat(Sample.all()).allSatisfy(sample -> {
            JsonNode message = messages.path(sample.message());
            assertThat(DRAFT_7.getSchema(strict(message.path("headers"))).validate(headers(sample)))
                    .as(sample.message())
                    .isEmpty();
            assertThat(DRAFT_7.getSchema(message.path("payload")).validate(payload(sample, message)))
                    .as(sample.message())
                    .isEmpty();
        });
    }

    /** No header besides those it names, though a reader must bear them. */
    private static JsonNode strict(JsonNode schema) {
        ObjectNode strict = (ObjectNode) schema.deepCopy();
        if (!strict.has("additionalProperties")) {
            strict.put("additionalProperties", false);
        }
        return strict;
    }

    private static JsonNode headers(Sample sample) {
        ObjectNode headers = AsyncApi.JSON.createObjectNode();
        for (Header header : sample.record().headers()) {
            headers.put(header.key(), new String(header.value(), UTF_8));
        }
        return headers;
    }

    private static JsonNode payload(Sample sample, JsonNode message) {
        String text = new String(sample.record().value(), UTF_8);
        if (!message.path("contentType").asString().equals("application/json")) {
            return AsyncApi.JSON.getNodeFactory().stringNode(text);
        }
        return text.isEmpty() ? AsyncApi.JSON.nullNode() : AsyncApi.JSON.readTree(text);
    }

    /** Two spaces, one member a line, a line feed at the end: fit for a diff. */
    private static String pretty(JsonNode document) {
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
