package dev.triggers.access.http;

import dev.triggers.common.problem.Problem;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** How a {@link Problem} goes out: status, headers, and its body, whatever the request said it accepts. */
public final class Problems {

    private static final int UNAUTHORIZED = 401;

    private Problems() {}

    public static void write(Problem problem, HttpServletResponse response) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        response.resetBuffer();
        response.setStatus(problem.code().status());
        if (problem.code().status() == UNAUTHORIZED) {
            response.setHeader("WWW-Authenticate", "Bearer");
        }
        problem.retryAfterSeconds().ifPresent(seconds -> response.setHeader("Retry-After", seconds));
        byte[] body = problem.json();
        response.setContentType(Problem.MEDIA_TYPE);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
