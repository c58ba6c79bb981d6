package dev.triggers.ingest.http;

import dev.triggers.access.Scope;
import dev.triggers.common.event.Limits;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code {name, scopes, expires_at?}}: at least one scope; an expiry lies ahead, before the year 10000. */
record NewKeyBody(String name, Set<Scope> scopes, Optional<Instant> expiresAt) {

    private static final Instant END = Instant.parse("9999-12-31T23:59:59Z");

    static NewKeyBody parse(byte[] body, Instant now) {
        JsonBody json = JsonBody.parse(body, "name", "scopes", "expires_at");
        return new NewKeyBody(json.string("name"), scopes(json.strings("scopes")), expiresAt(json, now));
    }

    private static Set<Scope> scopes(List<String> texts) {
        if (texts.isEmpty()) {
            throw JsonBody.invalid("scopes: none (expected: at least one)");
        }
        EnumSet<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (String text : texts) {
            scopes.add(JsonBody.checked(Scope::parse, text));
        }
        return scopes;
    }

    private static Optional<Instant> expiresAt(JsonBody json, Instant now) {
        if (!json.has("expires_at") || json.isNull("expires_at")) {
            return Optional.empty();
        }
        String text = json.string("expires_at");
        try {
            Instant at = DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from);
            if (at.isAfter(now) && at.isBefore(END)) {
                return Optional.of(at);
            }
        } catch (DateTimeParseException e) {
            // refused below
        }
        throw JsonBody.invalid(
                "expires_at: " + Limits.cut(text) + " (expected: a time ahead, as in 2030-01-31T12:00:00Z)");
    }
}
