package dev.triggers.access.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the container refuses by itself, in the same shape as every other error. */
@RestController
public final class ErrorPage {

    private static final String DUE = "dev.triggers.answer";

    /** An answer that does not depend on the container. */
    @FunctionalInterface
    public interface DueAnswer {
        void write(HttpServletResponse response) throws IOException;
    }

    /**
     * Says what to answer even where the container refuses the request by itself, as it does once reading its body
     * failed: something was done already that the caller has to know of.
     */
    public static void due(HttpServletRequest request, DueAnswer answer) {
        request.setAttribute(DUE, answer);
    }

    @RequestMapping("/error")
    void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getAttribute(DUE) instanceof DueAnswer due) {
            due.write(response);
            return;
        }
        int status = request.getAttribute("jakarta.servlet.error.status_code") instanceof Integer code ? code : 404;
        Problems.write(ApiErrors.problem(status, request), response);
    }
}
