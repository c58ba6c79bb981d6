package dev.triggers.backends.testing;

import dev.triggers.backends.Backends;
import dev.triggers.backends.EmbeddedBackends;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a {@link RealBackends}, or as plain {@link Backends} or {@link EmbeddedBackends} the same. Started for the
 * first test of the JVM that asks, on free ports; stopped after the last, and nothing of them is left.
 *
 * <p>They are embedded, unless the system property {@value #KIND} says {@code containers}.
 */
public final class RealBackendsExtension implements ParameterResolver {

    static final String KIND = "triggers.backends";

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
                .computeIfAbsent(Running.class, _ -> new Running(new RealBackends(begin())), Running.class);
        return parameter.getParameter().getType() == EmbeddedBackends.class
                ? running.backends().embedded()
                : running.backends();
    }

    private static Servers begin() {
        String kind = System.getProperty(KIND, "embedded");
        return switch (kind) {
            case "embedded" -> EmbeddedServers.begin();
            case "containers" -> ContainerServers.begin();
            default -> throw new IllegalArgumentException(KIND + ": " + kind + " (expected: embedded or containers)");
        };
    }

    private record Running(RealBackends backends) implements AutoCloseable {

        @Override
        public void close() {
            backends.end();
        }
    }
}
