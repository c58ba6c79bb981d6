package dev.triggers.access.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the container refuses by itself, in the same shape as every other error. */
@RestController
public final class ErrorPage {

    @RequestMapping("/error")
    void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
        int status = request.getAttribute("jakarta.servlet.error.status_code") instanceof Integer code ? code : 404;
        Problems.write(ApiErrors.problem(status, request), response);
    }
}
