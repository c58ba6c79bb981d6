package dev.triggers.cli.dev;

import java.util.Optional;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.origin.Origin;

/** Why the services did not start or end, in one sentence: for a setting, which and where it is set. */
final class Refusal {

    private Refusal() {}

    static String reason(Throwable failure) {
        Throwable root = failure;
        Optional<String> setting = Optional.empty();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException binding) {
                setting = Optional.of(setting(binding));
            }
            root = cause;
        }
        String why = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        return setting.map(name -> name + ": " + why).orElse(why);
    }

    /** Of the deepest of several, which has the single value where there is one. */
    private static String setting(BindException binding) {
        ConfigurationProperty property = binding.getProperty();
        if (property == null) {
            return binding.getName().toString();
        }
        Origin origin = property.getOrigin();
        return property.getName() + (origin == null ? "" : " (" + origin + ")");
    }
}
