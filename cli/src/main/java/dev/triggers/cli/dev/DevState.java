package dev.triggers.cli.dev;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What {@code dev} keeps in its data directory besides the backends' data. */
final class DevState {

    /** The processor's state stores. */
    static final String STATE = "state";
    /** The shell's environment. */
    static final String ENVIRONMENT = "dev.env";
    /** The log of all that runs. */
    static final String LOG = "dev.log";

    private DevState() {}

    /** Deletes it. The directory must not be in use. */
    static void erase(Path data) throws IOException {
        for (String name : List.of(STATE, ENVIRONMENT, LOG)) {
            Path root = data.resolve(name);
            if (Files.exists(root)) {
                delete(root);
            }
        }
    }

    private static void delete(Path root) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(root)) {
            deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : deepestFirst) {
            Files.deleteIfExists(file);
        }
    }
}
