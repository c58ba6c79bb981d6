package dev.triggers.access.http;

import dev.triggers.access.KeysUnavailable;
import dev.triggers.common.event.Limits;
import dev.triggers.common.problem.Problem;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.HandlerMapping;

/** Every exception's way out, as one {@link Problem}. What is not foreseen is logged once and says nothing of its cause. */
@RestControllerAdvice
public final class ApiErrors {

    private static final Logger log = LoggerFactory.getLogger(ApiErrors.class);
    private static final int NOT_FOUND = 404;

    /** The same for what is served without Spring's dispatcher. */
    public void answer(RuntimeException e, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        switch (e) {
            case ProblemException problem -> onProblem(problem, request, response);
            case KeysUnavailable unavailable -> onKeysUnavailable(unavailable, response);
            default -> onUnforeseen(e, response);
        }
    }

    @ExceptionHandler
    void onProblem(ProblemException e, HttpServletRequest request, HttpServletResponse response) throws IOException {
        ErrorPage.due(request, again -> Problems.write(e.problem(), again));
        Problems.write(e.problem(), response);
    }

    @ExceptionHandler
    void onKeysUnavailable(KeysUnavailable e, HttpServletResponse response) throws IOException {
        Problems.write(ApiKeyFilter.unavailable(), response);
    }

    /** The caller hung up: there is nobody to answer. */
    @ExceptionHandler
    void onHangUp(AsyncRequestNotUsableException e) {
        log.atDebug().log("The caller hung up");
    }

    @ExceptionHandler
    void onAnythingElse(Exception e, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (e instanceof ErrorResponse known) {
            known.getHeaders().forEach((name, values) -> values.forEach(value -> response.addHeader(name, value)));
            Problems.write(problem(known.getStatusCode().value(), request), response);
        } else if (e instanceof MethodArgumentTypeMismatchException mismatch) {
            Problems.write(mismatch(mismatch), response);
        } else if (e instanceof HttpMessageNotReadableException) {
            Problems.write(Problem.of(ProblemCode.MALFORMED_JSON, "body: not readable (expected: JSON)"), response);
        } else if (request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE) == null) {
            // Nobody was found, which Spring itself fails to say where the request's headers make no sense.
            Problems.write(problem(NOT_FOUND, request), response);
        } else {
            onUnforeseen(e, response);
        }
    }

    private static void onUnforeseen(Exception e, HttpServletResponse response) throws IOException {
        log.atError()
                .setCause(e)
                .addKeyValue("request_id", response.getHeader(RequestIdFilter.HEADER))
                .log("A request failed");
        Problems.write(internalError(), response);
    }

    static Problem internalError() {
        return Problem.of(ProblemCode.INTERNAL_ERROR, "server: failed (expected: an answer)");
    }

    /** What a bare status says, for what Spring and Tomcat refuse by themselves. */
    static Problem problem(int status, HttpServletRequest request) {
        return switch (status) {
            case 404 ->
                Problem.of(
                        ProblemCode.NOT_FOUND,
                        "path: " + Limits.cut(path(request)) + " (expected: one that is served)");
            case 405 ->
                Problem.of(
                        ProblemCode.METHOD_NOT_ALLOWED,
                        "method: " + Limits.cut(request.getMethod()) + " (expected: one the Allow header names)");
            case 406 ->
                Problem.of(
                        ProblemCode.NOT_ACCEPTABLE,
                        "Accept: " + header(request, "Accept") + " (expected: application/json or */*)");
            case 413 -> Problem.of(ProblemCode.EVENT_TOO_LARGE, "body: too large (expected: less)");
            case 415 ->
                Problem.of(
                        ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                        "Content-Type: " + header(request, "Content-Type") + " (expected: application/json)");
            default ->
                asked(status)
                        ? Problem.of(ProblemCode.INVALID_PARAMETER, "request: not understood (expected: as documented)")
                        : internalError();
        };
    }

    /** Whether it is the request that is at fault: 501 and 505 are a transfer coding or an HTTP nobody speaks here. */
    private static boolean asked(int status) {
        return (status >= 400 && status < 500) || status == 501 || status == 505;
    }

    private static Problem mismatch(MethodArgumentTypeMismatchException e) {
        return Problem.of(
                ProblemCode.INVALID_PARAMETER,
                e.getName() + ": " + Limits.cut(String.valueOf(e.getValue())) + " (expected: another type)");
    }

    private static String path(HttpServletRequest request) {
        Object asked = request.getAttribute("jakarta.servlet.error.request_uri");
        return asked instanceof String uri ? uri : request.getRequestURI();
    }

    private static String header(HttpServletRequest request, String name) {
        @Nullable String value = request.getHeader(name);
        return value == null ? "missing" : Limits.cut(value);
    }
}
