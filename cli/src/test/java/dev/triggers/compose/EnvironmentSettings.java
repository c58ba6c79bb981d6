package dev.triggers.compose;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** The settings a service's environment gives to its configuration records. */
final class EnvironmentSettings {

    private static final String OURS = "TRIGGERS_";

    /** Not of a record: whether one copy of each event is enough. */
    private static final String DEV = "TRIGGERS_DEV";

    private EnvironmentSettings() {}

    /** Throws when a variable is not a setting of any of the records, or a record refuses its values. */
    static void bind(Map<String, String> environment, List<Class<? extends Record>> records) {
        Map<String, Object> ours = new HashMap<>(environment);
        ours.keySet().removeIf(name -> !name.startsWith(OURS) || name.equals(DEV));
        Set<String> strays = new TreeSet<>(ours.keySet());
        Binder binder = new Binder(Objects.requireNonNull(
                ConfigurationPropertySource.from(new SystemEnvironmentPropertySource("systemEnvironment", ours))));
        for (Class<? extends Record> type : records) {
            String prefix = type.getAnnotation(ConfigurationProperties.class).value();
            binder.bindOrCreate(prefix, Bindable.of(type), new NoUnboundElementsBindHandler(BindHandler.DEFAULT));
            strays.removeIf(name -> name.startsWith(prefix.replace('.', '_').toUpperCase(Locale.ROOT) + "_"));
        }
        if (!strays.isEmpty()) {
            throw new IllegalArgumentException("settings of nobody: " + strays);
        }
    }
}
