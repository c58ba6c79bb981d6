package dev.triggers.access.http;

import dev.triggers.access.ApiKey;
import dev.triggers.access.ApiKeyHash;
import dev.triggers.access.ApiKeys;
import dev.triggers.access.Caller;
import dev.triggers.access.KeysUnavailable;
import dev.triggers.common.problem.Problem;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Lets in who has a key, or the operator's token where that is asked for. Who it was is an attribute of the request. */
public final class ApiKeyFilter extends HttpFilter {

    @Serial
    private static final long serialVersionUID = 1L;

    private static final String CALLER = "dev.triggers.caller";
    private static final String KEY = "dev.triggers.key";

    private static final String BEARER = "Bearer ";
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final transient ApiKeys keys;
    private final transient AdminToken adminToken;
    private final transient Paths paths;
    private final transient InstantSource clock;

    public ApiKeyFilter(ApiKeys keys, AdminToken adminToken, Paths paths, InstantSource clock) {
        this.keys = keys;
        this.adminToken = adminToken;
        this.paths = paths;
        this.clock = clock;
    }

    /** Who was let in with this request. Empty on paths that need no key, and on the operator's. */
    public static Optional<Caller> callerOf(HttpServletRequest request) {
        return request.getAttribute(CALLER) instanceof Caller caller ? Optional.of(caller) : Optional.empty();
    }

    /** The same where nobody gets further without a key. Throws {@link ProblemException}, {@code missing_key}. */
    public static Caller requireCaller(HttpServletRequest request) {
        return callerOf(request)
                .orElseThrow(() -> new ProblemException(ProblemCode.MISSING_KEY, "key: missing (expected: a key)"));
    }

    /** The key somebody was let in with, for who has to ask again later. Only on paths that need one. */
    public static ApiKeyHash keyOf(HttpServletRequest request) {
        if (request.getAttribute(KEY) instanceof ApiKeyHash key) {
            return key;
        }
        throw new IllegalStateException(request.getRequestURI() + ": nobody was let in with a key");
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try {
            String path = request.getRequestURI();
            if (paths.isAdmin(path)) {
                requireAdmin(request);
            } else if (!paths.isOpen(path)) {
                request.setAttribute(CALLER, caller(request));
            }
        } catch (ProblemException e) {
            Problems.write(e.problem(), response);
            return;
        } catch (KeysUnavailable e) {
            Problems.write(unavailable(), response);
            return;
        }
        chain.doFilter(request, response);
    }

    static Problem unavailable() {
        return Problem.retryable(
                ProblemCode.KEYS_UNAVAILABLE, "keys: not reachable now (expected: an answer)", RETRY_AFTER);
    }

    private void requireAdmin(HttpServletRequest request) {
        String token = bearer(request).orElseThrow(ApiKeyFilter::missing);
        if (!adminToken.matches(token)) {
            throw new ProblemException(
                    ProblemCode.INVALID_KEY, "Authorization: not an admin token (expected: one of the operator's)");
        }
    }

    private Caller caller(HttpServletRequest request) {
        ApiKeyHash key = ApiKey.parse(presented(request)).map(ApiKey::hash).orElseThrow(ApiKeyFilter::invalid);
        request.setAttribute(KEY, key);
        return keys.find(key).filter(caller -> !caller.expired(clock.instant())).orElseThrow(ApiKeyFilter::invalid);
    }

    private static String presented(HttpServletRequest request) {
        Optional<String> bearer = bearer(request);
        @Nullable String header = request.getHeader("X-API-Key");
        if (header == null) {
            return bearer.orElseThrow(ApiKeyFilter::missing);
        }
        if (bearer.isPresent() && !bearer.get().equals(header.strip())) {
            throw new ProblemException(
                    ProblemCode.INVALID_PARAMETER,
                    "X-API-Key: differs from Authorization (expected: one of them, or both the same)");
        }
        return header.strip();
    }

    /** A scheme other than Bearer counts as no key at all. */
    private static Optional<String> bearer(HttpServletRequest request) {
        @Nullable String header = request.getHeader("Authorization");
        return header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? Optional.of(header.substring(BEARER.length()).strip())
                : Optional.empty();
    }

    private static ProblemException missing() {
        return new ProblemException(
                ProblemCode.MISSING_KEY, "Authorization: missing (expected: Bearer and a key, or X-API-Key)");
    }

    private static ProblemException invalid() {
        return new ProblemException(
                ProblemCode.INVALID_KEY, "key: mistyped, unknown, revoked or expired (expected: a key in use)");
    }
}
