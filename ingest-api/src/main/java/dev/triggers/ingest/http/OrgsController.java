package dev.triggers.ingest.http;

import dev.triggers.access.IssuedKey;
import dev.triggers.access.NewOrg;
import dev.triggers.access.Org;
import dev.triggers.access.Orgs;
import dev.triggers.access.Scope;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;

/** {@code /v1/orgs}, for the operator. A key's text is in the answer that makes it, and nowhere else. */
@RestController
public final class OrgsController {

    private static final int MOST_BYTES = 8_192;
    private static final int OK = 200;
    private static final int CREATED = 201;

    private final Orgs orgs;

    public OrgsController(Orgs orgs) {
        this.orgs = orgs;
    }

    @PostMapping(path = "/v1/orgs", consumes = "application/json")
    void create(HttpServletRequest request, HttpServletResponse response) throws IOException {
        NewOrg created = created(NewOrgBody.parse(Bodies.read(request, MOST_BYTES)));
        response.setHeader("Location", "/v1/orgs/" + created.org().id());
        response.setHeader("Cache-Control", "no-store");
        JsonAnswer.write(CREATED, response, json -> {
            json.writeObjectPropertyStart("org");
            members(created.org(), json);
            json.writeEndObject();
            json.writeObjectPropertyStart("key");
            members(created.key(), json);
            json.writeEndObject();
        });
    }

    @GetMapping("/v1/orgs/{id}")
    void find(@PathVariable("id") String id, HttpServletResponse response) throws IOException {
        Org org = orgs.find(orgId(id))
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.NOT_FOUND, "org: unknown (expected: the id of one that exists)"));
        JsonAnswer.write(OK, response, json -> members(org, json));
    }

    private NewOrg created(NewOrgBody body) {
        try {
            return orgs.create(body.name(), body.tier());
        } catch (IllegalArgumentException e) {
            throw NewOrgBody.invalid(String.valueOf(e.getMessage()));
        }
    }

    private static OrgId orgId(String text) {
        try {
            return OrgId.parse(text);
        } catch (IllegalArgumentException e) {
            throw NewOrgBody.invalid(String.valueOf(e.getMessage()));
        }
    }

    private static void members(Org org, JsonGenerator json) {
        json.writeStringProperty("id", org.id().toString());
        json.writeStringProperty("name", org.name());
        json.writeStringProperty("tier", org.tier().toString());
    }

    private static void members(IssuedKey key, JsonGenerator json) {
        json.writeStringProperty("id", key.id());
        json.writeStringProperty("key", key.key().reveal());
        json.writeArrayPropertyStart("scopes");
        key.scopes().stream().sorted().map(Scope::toString).forEach(json::writeString);
        json.writeEndArray();
    }
}
