package dev.triggers.backends.testing;

import dev.triggers.backends.Backends;
import dev.triggers.backends.EmbeddedBackends;
import dev.triggers.backends.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a {@link RealBackends}, or as plain {@link Backends} or {@link EmbeddedBackends} the same. Started for the
 * first test of the JVM that asks, on free ports in a temporary directory; stopped and deleted after the last.
 */
public final class RealBackendsExtension implements ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(RealBackendsExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        var type = parameter.getParameter().getType();
        return type == RealBackends.class || type == EmbeddedBackends.class || type == Backends.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        var running = context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(Running.class, _ -> Running.start(), Running.class);
        return parameter.getParameter().getType() == EmbeddedBackends.class
                ? running.backends().embedded()
                : running.backends();
    }

    private record Running(RealBackends backends, Path directory) implements AutoCloseable {

        static Running start() {
            try {
                var directory = Files.createTempDirectory("triggers-backends-");
                return new Running(new RealBackends(EmbeddedBackends.start(directory, Ports.free())), directory);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            backends.embedded().close();
            try (var files = Files.walk(directory)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
