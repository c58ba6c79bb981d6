package dev.triggers.ingest.http;

import dev.triggers.access.IssuedKey;
import dev.triggers.access.KeyRing;
import dev.triggers.access.NewOrg;
import dev.triggers.access.Org;
import dev.triggers.access.Orgs;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /v1/orgs}, for the operator. A key's text is in the answer that makes it, and nowhere else. */
@RestController
public final class OrgsController {

    private static final int MOST_BYTES = 8_192;
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final int NO_CONTENT = 204;

    private final Orgs orgs;
    private final KeyRing keys;
    private final InstantSource clock;

    public OrgsController(Orgs orgs, KeyRing keys, InstantSource clock) {
        this.orgs = orgs;
        this.keys = keys;
        this.clock = clock;
    }

    @PostMapping(path = "/v1/orgs", consumes = "application/json")
    void create(HttpServletRequest request, HttpServletResponse response) throws IOException {
        NewOrgBody body = NewOrgBody.parse(Bodies.read(request, MOST_BYTES));
        NewOrg created = JsonBody.checked(name -> orgs.create(name, body.tier()), body.name());
        response.setHeader("Location", "/v1/orgs/" + created.org().id());
        response.setHeader("Cache-Control", "no-store");
        JsonAnswer.write(CREATED, response, json -> {
            json.writeObjectPropertyStart("org");
            AccessJson.members(created.org(), json);
            json.writeEndObject();
            json.writeObjectPropertyStart("key");
            AccessJson.members(created.key(), json);
            json.writeEndObject();
        });
    }

    @GetMapping("/v1/orgs")
    void list(HttpServletRequest request, HttpServletResponse response) throws IOException {
        OrgPage page = OrgPage.of(request);
        List<Org> found = orgs.list(page.after(), page.limit() + 1);
        boolean more = found.size() > page.limit();
        List<Org> shown = more ? found.subList(0, page.limit()) : found;
        JsonAnswer.write(OK, response, json -> {
            json.writeArrayPropertyStart("orgs");
            for (Org org : shown) {
                json.writeStartObject();
                AccessJson.members(org, json);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeName("next_cursor");
            if (more) {
                json.writeString(OrgPage.cursor(shown.getLast().id()));
            } else {
                json.writeNull();
            }
        });
    }

    @GetMapping("/v1/orgs/{id}")
    void find(@PathVariable("id") String id, HttpServletResponse response) throws IOException {
        answer(orgs.find(orgId(id)), response);
    }

    @PatchMapping(path = "/v1/orgs/{id}", consumes = "application/json")
    void change(@PathVariable("id") String id, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        OrgId org = orgId(id);
        answer(orgs.change(org, OrgChangeBody.parse(Bodies.read(request, MOST_BYTES))), response);
    }

    @DeleteMapping("/v1/orgs/{id}")
    void delete(@PathVariable("id") String id, HttpServletResponse response) {
        if (!orgs.delete(orgId(id))) {
            throw unknown();
        }
        response.setStatus(NO_CONTENT);
    }

    /** For an org that has lost all its keys, or the last one that may make others. */
    @PostMapping(path = "/v1/orgs/{id}/keys", consumes = "application/json")
    void issue(@PathVariable("id") String id, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        OrgId org = orgId(id);
        NewKeyBody body = NewKeyBody.parse(Bodies.read(request, MOST_BYTES), clock.instant());
        IssuedKey issued = KeysController.issued(keys, org, body).orElseThrow(OrgsController::unknown);
        KeysController.show(issued, response);
    }

    private static void answer(Optional<Org> found, HttpServletResponse response) throws IOException {
        Org org = found.orElseThrow(OrgsController::unknown);
        JsonAnswer.write(OK, response, json -> AccessJson.members(org, json));
    }

    private static ProblemException unknown() {
        return new ProblemException(ProblemCode.NOT_FOUND, "org: unknown (expected: the id of one that exists)");
    }

    private static OrgId orgId(String text) {
        return JsonBody.checked(OrgId::parse, text);
    }
}
