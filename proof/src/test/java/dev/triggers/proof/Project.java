package dev.triggers.proof;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** The checkout under test and the input beside it. */
final class Project {

    /** The root of the checkout. Maven runs tests in their module's folder. */
    static final Path ROOT = root(Path.of("").toAbsolutePath());

    static final Path SAMPLE = ROOT.resolve("docs/examples/orders.ndjson");

    private static final String WEBHOOKS = "../shared/data/github-webhooks.ndjson.gz";

    private Project() {}

    private static Path root(Path here) {
        return here.endsWith("proof") ? here.resolve("..").normalize() : here;
    }

    /** The project's own sample: events of many shapes, one a line. */
    static List<String> sample() {
        try {
            return Files.readAllLines(SAMPLE).stream()
                    .filter(line -> !line.isBlank())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The HTTP contract as it is checked in. */
    static byte[] openApi() {
        return contract("openapi.json");
    }

    /** The contract of the topics as it is checked in. */
    static byte[] asyncApi() {
        return contract("asyncapi.json");
    }

    private static byte[] contract(String name) {
        try {
            return Files.readAllBytes(ROOT.resolve("access/src/main/resources/dev/triggers/access/http")
                    .resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Real webhooks, where somebody laid them beside the checkout. */
    static Optional<List<String>> webhooks() {
        Path file = ROOT.resolve(WEBHOOKS).normalize();
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file));
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8))) {
            return Optional.of(lines.lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
