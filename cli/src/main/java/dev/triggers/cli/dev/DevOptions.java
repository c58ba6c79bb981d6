package dev.triggers.cli.dev;

import dev.triggers.cli.Arguments;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * How to run {@code ./triggers dev}.
 *
 * @param port of 127.0.0.1 that the services listen on; 0: a free one
 * @param data where everything is kept
 * @param fresh begin with nothing
 * @param check end once an event went all the way through
 */
record DevOptions(int port, Path data, boolean fresh, boolean check) {

    private static final int DEFAULT_PORT = 8080;

    static DevOptions parse(List<String> words) {
        Arguments arguments = new Arguments(words, Set.of("port", "data"), Set.of("fresh", "check"));
        arguments.rest(0, "only options");
        return new DevOptions(
                arguments.number("port", 0, 65_535, DEFAULT_PORT),
                Path.of(arguments.value("data").orElse("data")).toAbsolutePath().normalize(),
                arguments.has("fresh"),
                arguments.has("check"));
    }
}
