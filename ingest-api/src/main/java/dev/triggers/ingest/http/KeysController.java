package dev.triggers.ingest.http;

import dev.triggers.access.Caller;
import dev.triggers.access.IssuedKey;
import dev.triggers.access.KeyRing;
import dev.triggers.access.KeyRing.Entry;
import dev.triggers.access.KeyRing.TooManyKeys;
import dev.triggers.access.Scope;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /v1/keys}: an org's own keys, for a key with {@code org:admin}. None gets at a scope that it does not have,
 * neither by a new key nor by rotating another. A key's text is in the answer that makes it, and nowhere else.
 */
@RestController
public final class KeysController {

    private static final int MOST_BYTES = 8_192;
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final int NO_CONTENT = 204;

    private final KeyRing keys;
    private final InstantSource clock;

    public KeysController(KeyRing keys, InstantSource clock) {
        this.keys = keys;
        this.clock = clock;
    }

    @GetMapping("/v1/keys")
    void list(Caller caller, HttpServletResponse response) throws IOException {
        caller.require(Scope.ORG_ADMIN);
        List<Entry> entries = keys.list(caller.org());
        JsonAnswer.write(OK, response, json -> {
            json.writeArrayPropertyStart("keys");
            for (Entry entry : entries) {
                json.writeStartObject();
                AccessJson.members(entry, json);
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    @PostMapping(path = "/v1/keys", consumes = "application/json")
    void issue(Caller caller, HttpServletRequest request, HttpServletResponse response) throws IOException {
        caller.require(Scope.ORG_ADMIN);
        NewKeyBody body = NewKeyBody.parse(Bodies.read(request, MOST_BYTES), clock.instant());
        requireAll(caller, body.scopes());
        show(issued(keys, caller.org(), body).orElseThrow(KeysController::unknown), response);
    }

    @PostMapping("/v1/keys/{id}/rotate")
    void rotate(Caller caller, @PathVariable("id") String id, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        caller.require(Scope.ORG_ADMIN);
        RotationBody body = RotationBody.parse(Bodies.read(request, MOST_BYTES));
        Entry old = keys.find(caller.org(), id).orElseThrow(KeysController::unknown);
        requireAll(caller, old.scopes());
        show(rotated(caller.org(), id, body).orElseThrow(KeysController::unknown), response);
    }

    @DeleteMapping("/v1/keys/{id}")
    void revoke(Caller caller, @PathVariable("id") String id, HttpServletResponse response) {
        caller.require(Scope.ORG_ADMIN);
        if (!keys.revoke(caller.org(), id)) {
            throw unknown();
        }
        response.setStatus(NO_CONTENT);
    }

    static Optional<IssuedKey> issued(KeyRing keys, OrgId org, NewKeyBody body) {
        try {
            return JsonBody.checked(name -> keys.issue(org, name, body.scopes(), body.expiresAt()), body.name());
        } catch (TooManyKeys e) {
            throw tooMany(e);
        }
    }

    static void show(IssuedKey issued, HttpServletResponse response) throws IOException {
        response.setHeader("Cache-Control", "no-store");
        JsonAnswer.write(CREATED, response, json -> AccessJson.members(issued, json));
    }

    private Optional<IssuedKey> rotated(OrgId org, String id, RotationBody body) {
        try {
            return keys.rotate(org, id, body.grace());
        } catch (TooManyKeys e) {
            throw tooMany(e);
        }
    }

    private static void requireAll(Caller caller, Collection<Scope> scopes) {
        scopes.forEach(caller::require);
    }

    private static ProblemException tooMany(TooManyKeys e) {
        return JsonBody.invalid(String.valueOf(e.getMessage()));
    }

    private static ProblemException unknown() {
        return new ProblemException(ProblemCode.NOT_FOUND, "key: unknown (expected: the id of one in use)");
    }
}
