package dev.triggers.access;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.limit.Plan;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A caller as one line: {@code 1|version|org|key id|plan|scopes|a or s|expiry or -}. The version comes first after the
 * format, so that a writer can compare it without reading the rest. A line of another format reads as none.
 */
final class CallerText {

    private static final String FORMAT = "1";
    private static final int FIELDS = 8;
    private static final String NEVER = "-";

    private CallerText() {}

    static String write(Caller caller) {
        return String.join(
                "|",
                FORMAT,
                Long.toString(caller.version()),
                caller.org().toString(),
                caller.keyId(),
                caller.plan().toString(),
                caller.scopes().stream().map(Scope::toString).sorted().collect(Collectors.joining(",")),
                caller.suspended() ? "s" : "a",
                caller.expiresAt().map(Instant::toString).orElse(NEVER));
    }

    static Optional<Caller> read(String text) {
        String[] fields = text.split("\\|", -1);
        if (fields.length != FIELDS || !fields[0].equals(FORMAT)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Caller(
                    OrgId.parse(fields[2]),
                    fields[3],
                    Scope.known(Arrays.asList(fields[5].split(","))),
                    Plan.parse(fields[4]),
                    fields[6].equals("s"),
                    fields[7].equals(NEVER) ? Optional.empty() : Optional.of(Instant.parse(fields[7])),
                    Long.parseLong(fields[1])));
        } catch (RuntimeException e) {
            return Optional.empty(); // not ours: as good as absent, and written anew
        }
    }
}
