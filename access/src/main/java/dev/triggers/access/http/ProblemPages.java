package dev.triggers.access.http;

import dev.triggers.common.event.Limits;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** The pages that every problem's {@code type} leads to: what it means, and what to do about it. */
@RestController
public final class ProblemPages {

    private static final MediaType HTML = MediaType.parseMediaType("text/html;charset=utf-8");

    @GetMapping({"/problems", "/problems/"})
    ResponseEntity<String> all() {
        return page(
                "Problems",
                Arrays.stream(ProblemCode.values()).map(ProblemPages::section).collect(Collectors.joining()));
    }

    @GetMapping("/problems/{code}")
    ResponseEntity<String> one(@PathVariable("code") String code) {
        return Arrays.stream(ProblemCode.values())
                .filter(known -> known.toString().equals(code))
                .findFirst()
                .map(known -> page(known.title(), section(known)))
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.NOT_FOUND, "code: " + Limits.cut(code) + " (expected: one that /problems lists)"));
    }

    private static String section(ProblemCode code) {
        return """
                <h2 id="%1$s">%2$s</h2>
                <p><a href="/problems/%1$s"><code>%1$s</code></a>, HTTP status %3$d</p>
                <p>%4$s</p>
                """.formatted(code, escaped(code.title()), code.status(), escaped(code.remedy()));
    }

    private static ResponseEntity<String> page(String title, String body) {
        return ResponseEntity.ok().contentType(HTML).body("""
                        <!doctype html>
                        <html lang="en">
                        <head><meta charset="utf-8"><title>%s</title></head>
                        <body>
                        %s</body>
                        </html>
                        """.formatted(escaped(title), body));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
