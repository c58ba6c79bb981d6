package dev.triggers.access;

import dev.triggers.access.KeyState.Gone;
import dev.triggers.access.KeyState.InUse;
import dev.triggers.access.KeyState.Unknown;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.limit.Plan;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A key's state as one line: {@code 1|version|org|key id|plan|scopes|a or s|expiry or -}, and for one that is gone the
 * tombstone {@code 1|version|gone}. The version comes first after the format, so that a writer can compare it without
 * reading the rest. A line of another format reads as none.
 */
final class KeyStateText {

    private static final String FORMAT = "1";
    private static final int FIELDS = 8;
    private static final int GONE_FIELDS = 3;
    private static final String NEVER = "-";
    private static final String GONE = "gone";

    private KeyStateText() {}

    /** Throws {@link IllegalArgumentException} for a key that was never issued: it has no version to be newer by. */
    static String write(KeyState state) {
        return switch (state) {
            case InUse(Caller caller) -> write(caller);
            case Gone(long version) -> String.join("|", FORMAT, Long.toString(version), GONE);
            case Unknown() -> throw new IllegalArgumentException("state: unknown (expected: a versioned one)");
        };
    }

    private static String write(Caller caller) {
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

    static Optional<KeyState> read(String text) {
        String[] fields = text.split("\\|", -1);
        if (!fields[0].equals(FORMAT)) {
            return Optional.empty();
        }
        try {
            return switch (fields.length) {
                case FIELDS -> Optional.of(new InUse(caller(fields)));
                case GONE_FIELDS ->
                    fields[2].equals(GONE) ? Optional.of(new Gone(Long.parseLong(fields[1]))) : Optional.empty();
                default -> Optional.empty();
            };
        } catch (RuntimeException e) {
            return Optional.empty(); // not ours: as good as absent, and written anew
        }
    }

    private static Caller caller(String[] fields) {
        return new Caller(
                OrgId.parse(fields[2]),
                fields[3],
                Scope.known(Arrays.asList(fields[5].split(","))),
                Plan.parse(fields[4]),
                fields[6].equals("s"),
                fields[7].equals(NEVER) ? Optional.empty() : Optional.of(Instant.parse(fields[7])),
                Long.parseLong(fields[1]));
    }
}
