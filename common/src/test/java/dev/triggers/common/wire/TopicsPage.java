package dev.triggers.common.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.TopicConfig;

/** {@code docs/topics.md}: the words in {@code topics.md} beside the tests, with the table of topics put into them. */
final class TopicsPage {

    private TopicsPage() {}

    static String page() {
        return template()
                .replace("{{overview}}\n", overview())
                .replace(
                        "{{topics}}\n",
                        Topics.all().stream().map(TopicsPage::section).collect(Collectors.joining("\n")))
                .replace("{{event.headers}}\n", table(TopicContracts.EVENT))
                .replace("{{version}}", TopicContracts.VERSION)
                .replace("{{accepted.retention}}", time(Topics.ACCEPTED.retention()));
    }

    private static String template() {
        try (InputStream in = TopicsPage.class.getResourceAsStream("/topics.md")) {
            if (in == null) {
                throw new IllegalStateException("topics.md: missing (expected: among the test resources)");
            }
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String overview() {
        StringBuilder table = new StringBuilder("| topic | holds | written by | for | kept |\n|---|---|---|---|---|\n");
        for (Topic<?, ?> topic : Topics.all()) {
            TopicContract contract = topic.contract();
            row(
                    table,
                    "[`" + topic.name() + "`](#" + topic.name().replace(".", "") + ")",
                    contract.holds(),
                    contract.writers(),
                    contract.readers(),
                    kept(topic));
        }
        return table.toString();
    }

    private static String kept(Topic<?, ?> topic) {
        return (topic.compacted() ? "the latest of each key, " : "") + time(topic.retention());
    }

    private static String time(Duration time) {
        return time.toDays() == 1 ? "1 day" : time.toDays() + " days";
    }

    private static String section(Topic<?, ?> topic) {
        TopicContract contract = topic.contract();
        StringBuilder section = new StringBuilder("### " + topic.name() + "\n\n");
        section.append("Holds ").append(contract.holds()).append(".\n\n| | |\n|---|---|\n");
        row(section, "written by", contract.writers());
        row(section, "for", contract.readers());
        row(section, "key", contract.key());
        row(section, "order", contract.order());
        row(section, "delivery", contract.delivery());
        row(section, "kept", kept(topic) + (topic.compacted() ? "" : ", whatever its size"));
        row(section, "timestamp", timestamp(topic));
        contract.messages().forEach(message -> message(section, message));
        return section.toString();
    }

    private static String timestamp(Topic<?, ?> topic) {
        return "LogAppendTime".equals(topic.settings().get(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG))
                ? "the broker's, when it was written (`LogAppendTime`)"
                : "the writer's (`CreateTime`)";
    }

    private static void message(StringBuilder section, MessageContract message) {
        section.append("\n**")
                .append(message.name())
                .append("**: ")
                .append(message.meaning())
                .append(".\n");
        section.append("Value (`")
                .append(message.value().contentType())
                .append("`): ")
                .append(message.value().meaning())
                .append(".\n\n");
        boolean event = message.headers().containsAll(TopicContracts.EVENT);
        List<HeaderContract> own = message.headers().stream()
                .filter(header -> !event || !TopicContracts.EVENT.contains(header))
                .toList();
        if (event) {
            section.append("The [headers of an event](#headers-of-an-event)")
                    .append(own.isEmpty() ? ".\n" : ", and:\n\n");
        } else if (own.isEmpty()) {
            section.append("No headers.\n");
        }
        section.append(own.isEmpty() ? "" : table(own));
    }

    private static String table(List<HeaderContract> headers) {
        StringBuilder table = new StringBuilder("| header | | meaning | example |\n|---|---|---|---|\n");
        for (HeaderContract header : headers) {
            row(
                    table,
                    "`" + header.name() + "`",
                    header.always() ? "always" : "where there is one",
                    header.meaning(),
                    header.values().isEmpty()
                            ? code(header.example())
                            : header.values().stream().map(TopicsPage::code).collect(Collectors.joining(", ")));
        }
        return table.toString();
    }

    private static String code(String text) {
        return text.isEmpty() ? "" : "`" + text + "`";
    }

    private static void row(StringBuilder table, String... cells) {
        for (String cell : cells) {
            table.append("| ").append(cell.replace("|", "\\|")).append(' ');
        }
        table.append("|\n");
    }
}
