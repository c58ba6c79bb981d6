package dev.triggers.compose;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What docker-compose.yml says, each {@code ${NAME:?…}} in it replaced by a text of 20 characters and up. */
final class ComposeFile {

    private static final Pattern REQUIRED = Pattern.compile("\\$\\{([A-Z_]+):\\?[^}]+}");

    private final String text;
    private final Map<?, ?> content;

    private ComposeFile(String text) {
        this.text = text;
        this.content = new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(REQUIRED.matcher(text).replaceAll("a-secret-called-$1"));
    }

    static ComposeFile read(Path file) {
        try {
            return new ComposeFile(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As written. */
    String text() {
        return text;
    }

    List<Service> services() {
        return at(content, "services").entrySet().stream()
                .map(service -> new Service(text(service.getKey()), (Map<?, ?>) service.getValue()))
                .toList();
    }

    Service service(String name) {
        return services().stream()
                .filter(service -> service.name().equals(name))
                .findAny()
                .orElseThrow();
    }

    List<String> volumes() {
        return keys(at(content, "volumes"));
    }

    /** A container and how it is started. What is left out is empty. */
    record Service(String name, Map<?, ?> content) {

        String image() {
            return text(content.get("image"));
        }

        /** Of an image that is built here. */
        Map<String, String> buildArguments() {
            return texts(at(at(content, "build"), "args"));
        }

        Map<String, String> environment() {
            return texts(at(content, "environment"));
        }

        List<String> ports() {
            return list("ports");
        }

        List<String> volumes() {
            return list("volumes");
        }

        List<?> healthCheck() {
            return at(content, "healthcheck").get("test") instanceof List<?> test ? test : List.of();
        }

        /** Service to condition. */
        Map<String, String> dependsOn() {
            Map<String, String> conditions = new TreeMap<>();
            at(content, "depends_on")
                    .forEach((service, rule) -> conditions.put(
                            text(service), text(rule instanceof Map<?, ?> map ? map.get("condition") : "")));
            return conditions;
        }

        private List<String> list(String key) {
            return content.get(key) instanceof List<?> list
                    ? list.stream().map(ComposeFile::text).toList()
                    : List.of();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static Map<?, ?> at(Map<?, ?> map, String key) {
        return map.get(key) instanceof Map<?, ?> inner ? inner : Map.of();
    }

    private static List<String> keys(Map<?, ?> map) {
        return map.keySet().stream().map(ComposeFile::text).toList();
    }

    private static Map<String, String> texts(Map<?, ?> map) {
        Map<String, String> texts = new TreeMap<>();
        map.forEach((key, value) -> texts.put(text(key), text(value)));
        return texts;
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : value.toString();
    }
}
