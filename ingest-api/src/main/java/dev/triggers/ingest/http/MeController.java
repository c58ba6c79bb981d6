package dev.triggers.ingest.http;

import dev.triggers.access.Caller;
import dev.triggers.access.Org;
import dev.triggers.access.Orgs;
import dev.triggers.common.limit.RateLimit.PerMinute;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.ingest.Budget;
import dev.triggers.ingest.Budgets;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;

/** {@code /v1/me}, for any key: whose it is, what it may do, and what is left of its org's budget in this instance. */
@RestController
public final class MeController {

    private static final int OK = 200;

    private final Orgs orgs;
    private final Budgets budgets;

    public MeController(Orgs orgs, Budgets budgets) {
        this.orgs = orgs;
        this.budgets = budgets;
    }

    @GetMapping("/v1/me")
    void me(Caller caller, HttpServletResponse response) throws IOException {
        Org org = orgs.find(caller.org())
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.INVALID_KEY, "key: of an organisation that is deleted (expected: a key in use)"));
        Budget left = budgets.left(caller);
        JsonAnswer.write(OK, response, json -> members(caller, org, left, json));
    }

    private static void members(Caller caller, Org org, Budget left, JsonGenerator json) {
        json.writeStringProperty("org", caller.org().toString());
        json.writeStringProperty("key_id", caller.keyId());
        AccessJson.scopes(caller.scopes(), json);
        json.writeStringProperty("tier", org.tier().toString());
        if (caller.plan().limit() instanceof PerMinute limit) {
            AccessJson.limit(Optional.of(limit), json);
            json.writeNumberProperty("remaining", left.remaining());
        } else {
            AccessJson.limit(Optional.empty(), json);
            json.writeNullProperty("remaining");
        }
    }
}
