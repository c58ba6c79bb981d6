package dev.triggers.cli.dev;

import dev.triggers.cli.Arguments;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * How to run {@code ./triggers dev}.
 *
 * @param port of 127.0.0.1 that the services listen on
 * @param data where everything is kept
 * @param fresh begin with nothing
 */
record DevOptions(int port, Path data, boolean fresh) {

    private static final int DEFAULT_PORT = 8080;

    static DevOptions parse(List<String> words) {
        Arguments arguments = new Arguments(words, Set.of("port", "data"), Set.of("fresh"));
        arguments.rest(0, "only options");
        return new DevOptions(
                arguments.number("port", 1, 65_535, DEFAULT_PORT),
                Path.of(arguments.value("data").orElse("data")).toAbsolutePath().normalize(),
                arguments.has("fresh"));
    }
}
