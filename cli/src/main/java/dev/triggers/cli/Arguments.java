package dev.triggers.cli;

import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A command's words: {@code --name value} or {@code --name=value} options, {@code --name} flags, and the rest.
 * Throws {@link Usage} for an option that is not known, comes twice or lacks its value.
 */
public final class Arguments {

    private final Map<String, String> options = new HashMap<>();
    private final List<String> rest = new ArrayList<>();

    public Arguments(List<String> words, Set<String> withValue, Set<String> flags) {
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (!word.startsWith("--")) {
                rest.add(word);
                continue;
            }
            int equals = word.indexOf('=');
            String name = word.substring(2, equals < 0 ? word.length() : equals);
            if (flags.contains(name) && equals < 0) {
                put(name, "");
            } else if (withValue.contains(name) && equals >= 0) {
                put(name, word.substring(equals + 1));
            } else if (withValue.contains(name) && i + 1 < words.size()) {
                put(name, words.get(++i));
            } else {
                throw new Usage(withValue.contains(name) ? word + " needs a value" : "no such option: " + word);
            }
        }
    }

    private void put(String name, String value) {
        if (options.put(name, value) != null) {
            throw new Usage("--" + name + " is given twice");
        }
    }

    public boolean has(String flag) {
        return options.containsKey(flag);
    }

    public Optional<String> value(String name) {
        return Optional.ofNullable(options.get(name));
    }

    public int number(String name, int least, int most, int otherwise) {
        return value(name).map(text -> number(name, text, least, most)).orElse(otherwise);
    }

    private static int number(String name, String text, int least, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw new Usage("--" + name + ": " + text + " (expected: a number from " + least + " to " + most + ")");
    }

    /** The words that are no options, exactly so many. */
    public List<String> rest(int count, String expected) {
        if (rest.size() != count) {
            throw new Usage("expected " + expected + ", got " + (rest.isEmpty() ? "nothing" : String.join(" ", rest)));
        }
        return List.copyOf(rest);
    }

    /** An option, or else what the environment has under that name. Throws {@link Usage} where neither says anything. */
    public String setting(String option, Map<String, String> environment, String name) {
        return value(option)
                .or(() -> Optional.ofNullable(environment.get(name)))
                .filter(value -> !value.isBlank())
                .orElseThrow(() -> new Usage(name + " is not set; give it with --" + option
                        + ", or source the dev.env that ./triggers dev writes"));
    }

    /** The running service: {@code --url}, or else {@code TRIGGERS_URL}. */
    public URI service(Map<String, String> environment) {
        String url = setting("url", environment, "TRIGGERS_URL");
        try {
            URI uri = URI.create(url);
            if (uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
                return uri;
            }
        } catch (IllegalArgumentException _) {
            // said below
        }
        throw new Usage("url: " + url + " (expected: http://host:port)");
    }
}
