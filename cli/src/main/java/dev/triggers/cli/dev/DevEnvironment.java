package dev.triggers.cli.dev;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@code dev.env} in the data directory: what a shell needs to talk to a running {@code dev}, as {@code export
 * NAME=value} lines. Only its owner may read it, for it holds a key and the admin token.
 */
final class DevEnvironment {

    static final String URL = "TRIGGERS_URL";
    static final String KEY = "TRIGGERS_KEY";
    static final String ADMIN_TOKEN = "TRIGGERS_ADMIN_TOKEN";
    static final String KAFKA = "KAFKA_BOOTSTRAP";
    static final String POSTGRES = "POSTGRES_URL";
    static final String REDIS = "REDIS_URL";

    private static final String EXPORT = "export ";

    private final Map<String, String> values;

    private DevEnvironment(Map<String, String> values) {
        this.values = values;
    }

    static DevEnvironment empty() {
        return new DevEnvironment(new LinkedHashMap<>());
    }

    /** What an earlier run left; nothing when there was none. */
    static DevEnvironment read(Path file) throws IOException {
        DevEnvironment environment = empty();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                int equals = line.indexOf('=');
                if (line.startsWith(EXPORT) && equals > 0) {
                    environment.put(line.substring(EXPORT.length(), equals), unquoted(line.substring(equals + 1)));
                }
            }
        }
        return environment;
    }

    Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name));
    }

    DevEnvironment put(String name, String value) {
        values.put(name, value);
        return this;
    }

    /** All of it or nothing: written beside, then moved into place. */
    void write(Path file) throws IOException {
        StringBuilder text = new StringBuilder();
        values.forEach((name, value) ->
                text.append(EXPORT).append(name).append("='").append(value).append("'\n"));
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(beside);
        Files.createFile(beside, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(beside, text);
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String unquoted(String value) {
        return value.length() >= 2 && value.startsWith("'") && value.endsWith("'")
                ? value.substring(1, value.length() - 1)
                : value;
    }
}
