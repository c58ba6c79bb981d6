package dev.triggers.common.wire;

import static dev.triggers.common.wire.Topic.PREFIX;

import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.TopicConfig;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The table of topics as an AsyncAPI document: https://www.asyncapi.com/docs/reference/specification/v3.0.0. */
final class AsyncApi {

    static final JsonMapper JSON = JsonMapper.builder().build();

    private static final String BINDING = "0.5.0";
    private static final String DRAFT_7 = "http://json-schema.org/draft-07/schema#";

    private AsyncApi() {}

    static ObjectNode document() {
        ObjectNode document = JSON.createObjectNode().put("asyncapi", "3.0.0");
        document.putObject("info")
                .put("title", "Triggers: the topics")
                .put("version", TopicContracts.VERSION)
                .put(
                        "description",
                        "What stands in each topic, and what its readers may rely on. docs/topics.md has the same "
                                + "in words, and how to read it.")
                .putObject("license")
                .put("name", "Apache-2.0")
                .put("url", "https://www.apache.org/licenses/LICENSE-2.0");
        document.put("defaultContentType", "application/json");
        ObjectNode channels = document.putObject("channels");
        ObjectNode operations = document.putObject("operations");
        ObjectNode messages = document.putObject("components").putObject("messages");
        for (Topic<?, ?> topic : Topics.all()) {
            channels.set(shortName(topic), channel(topic));
            operations.set("write-" + shortName(topic), operation(topic));
            topic.contract().messages().forEach(message -> messages.set(message.name(), message(topic, message)));
        }
        return document;
    }

    static String shortName(Topic<?, ?> topic) {
        return topic.name().substring(PREFIX.length());
    }

    private static ObjectNode channel(Topic<?, ?> topic) {
        TopicContract contract = topic.contract();
        ObjectNode channel = JSON.createObjectNode().put("address", topic.name());
        channel.put("summary", "Holds " + contract.holds() + ".");
        channel.put(
                "description",
                "Written by " + contract.writers() + "; for " + contract.readers() + ".\n\nKey: " + contract.key()
                        + ".\n\nOrder: " + contract.order() + "\n\nDelivery: " + contract.delivery()
                        + "\n\nThe number of partitions is chosen once and for life, by whoever operates it.");
        ObjectNode messages = channel.putObject("messages");
        contract.messages()
                .forEach(message -> messages.set(message.name(), reference("#/components/messages/" + message.name())));
        ObjectNode kafka = channel.putObject("bindings").putObject("kafka");
        kafka.put("topic", topic.name()).set("topicConfiguration", settings(topic));
        kafka.put("bindingVersion", BINDING);
        return channel;
    }

    private static ObjectNode settings(Topic<?, ?> topic) {
        ObjectNode settings = JSON.createObjectNode();
        Map<String, String> sorted = new TreeMap<>(topic.settings());
        sorted.forEach((name, value) -> {
            switch (name) {
                case TopicConfig.CLEANUP_POLICY_CONFIG -> {
                    ArrayNode policies = settings.putArray(name);
                    for (String policy : value.split(",", -1)) {
                        policies.add(policy);
                    }
                }
                case TopicConfig.RETENTION_MS_CONFIG,
                        TopicConfig.RETENTION_BYTES_CONFIG,
                        TopicConfig.SEGMENT_MS_CONFIG -> settings.put(name, Long.parseLong(value));
                default -> settings.put(name, value);
            }
        });
        return settings;
    }

    private static ObjectNode operation(Topic<?, ?> topic) {
        ObjectNode operation = JSON.createObjectNode().put("action", "send");
        operation.set("channel", reference("#/channels/" + shortName(topic)));
        operation.put("summary", topic.contract().writers() + " writes " + topic.name() + ".");
        ArrayNode messages = operation.putArray("messages");
        topic.contract()
                .messages()
                .forEach(message ->
                        messages.add(reference("#/channels/" + shortName(topic) + "/messages/" + message.name())));
        return operation;
    }

    private static ObjectNode message(Topic<?, ?> topic, MessageContract contract) {
        ObjectNode message = JSON.createObjectNode().put("name", contract.name());
        message.put("summary", contract.meaning());
        message.put("contentType", contract.value().contentType());
        message.set("headers", headers(contract));
        message.set("payload", payload(contract));
        if (topic.keySerde().equals(Topics.ORG_ID)) {
            ObjectNode kafka = message.putObject("bindings").putObject("kafka");
            kafka.putObject("key")
                    .put("type", "string")
                    .put("format", "uuid")
                    .put("description", topic.contract().key());
            kafka.put("bindingVersion", BINDING);
        }
        if (!contract.headers().isEmpty()) {
            ObjectNode examples = JSON.createObjectNode();
            contract.headers().stream()
                    .filter(header -> !header.name().contains("*"))
                    .forEach(header -> examples.put(header.name(), header.example()));
            message.putArray("examples").addObject().set("headers", examples);
        }
        return message;
    }

    private static ObjectNode headers(MessageContract contract) {
        ObjectNode schema = JSON.createObjectNode().put("$schema", DRAFT_7).put("type", "object");
        ArrayNode required = JSON.createArrayNode();
        ObjectNode properties = schema.putObject("properties");
        for (HeaderContract header : contract.headers()) {
            ObjectNode value = JSON.createObjectNode().put("type", "string").put("description", header.meaning());
            ArrayNode values = JSON.createArrayNode();
            header.values().forEach(values::add);
            if (!values.isEmpty()) {
                value.set("enum", values);
            }
            switch (header.name()) {
                case HeaderContract.EXTENSION ->
                    schema.putObject("patternProperties").set("^ce_(?!trg)[a-z0-9]+$", value);
                case HeaderContract.ORIGINAL -> schema.set("additionalProperties", value);
                default -> properties.set(header.name(), value);
            }
            if (header.always()) {
                required.add(header.name());
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        return schema;
    }

    private static JsonNode payload(MessageContract contract) {
        JsonNode schema = JSON.readTree(contract.value().schema());
        if (schema instanceof ObjectNode object) {
            object.put("$schema", DRAFT_7).put("description", contract.value().meaning());
        }
        return schema;
    }

    private static ObjectNode reference(String to) {
        return JSON.createObjectNode().put("$ref", to);
    }
}
