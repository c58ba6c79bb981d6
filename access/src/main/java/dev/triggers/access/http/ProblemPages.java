package dev.triggers.access.http;

import dev.triggers.common.event.Limits;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.stream.Collectors;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Where every problem's {@code type} leads: what it means, and what to do about it. A page for whoever asks for HTML, as
 * browsers do; JSON for everybody else.
 */
@RestController
public final class ProblemPages {

    private static final MediaType HTML = MediaType.parseMediaType("text/html;charset=utf-8");
    private static final JsonFactory JSON = new JsonFactory();

    @GetMapping("/problems")
    ResponseEntity<String> all(HttpServletRequest request) {
        if (wantsHtml(request)) {
            return page(
                    "Problems",
                    Arrays.stream(ProblemCode.values())
                            .map(ProblemPages::section)
                            .collect(Collectors.joining()));
        }
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            json.writeStartObject();
            json.writeArrayPropertyStart("problems");
            Arrays.stream(ProblemCode.values()).forEach(code -> write(code, json));
            json.writeEndArray();
            json.writeEndObject();
        }
        return answer(MediaType.APPLICATION_JSON, text.toString());
    }

    @GetMapping("/problems/{code}")
    ResponseEntity<String> one(@PathVariable("code") String text, HttpServletRequest request) {
        ProblemCode code = Arrays.stream(ProblemCode.values())
                .filter(known -> known.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new ProblemException(
                        ProblemCode.NOT_FOUND, "code: " + Limits.cut(text) + " (expected: one that /problems lists)"));
        if (wantsHtml(request)) {
            return page(code.title(), section(code));
        }
        StringWriter body = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), body)) {
            write(code, json);
        }
        return answer(MediaType.APPLICATION_JSON, body.toString());
    }

    /** Whether it is named: what only takes anything is a program. */
    private static boolean wantsHtml(HttpServletRequest request) {
        return Collections.list(request.getHeaders("Accept")).stream()
                .anyMatch(accept -> accept.toLowerCase(Locale.ROOT).contains("text/html"));
    }

    private static void write(ProblemCode code, JsonGenerator json) {
        json.writeStartObject();
        json.writeStringProperty("type", "/problems/" + code);
        json.writeStringProperty("code", code.toString());
        json.writeStringProperty("title", code.title());
        json.writeNumberProperty("status", code.status());
        json.writeStringProperty("remedy", code.remedy());
        json.writeEndObject();
    }

    private static String section(ProblemCode code) {
        return """
                <h2 id="%1$s">%2$s</h2>
                <p><a href="/problems/%1$s"><code>%1$s</code></a>, HTTP status %3$d</p>
                <p>%4$s</p>
                """.formatted(code, escaped(code.title()), code.status(), escaped(code.remedy()));
    }

    private static ResponseEntity<String> page(String title, String body) {
        return answer(HTML, """
                        <!doctype html>
                        <html lang="en">
                        <head><meta charset="utf-8"><title>%s</title></head>
                        <body>
                        %s</body>
                        </html>
                        """.formatted(escaped(title), body));
    }

    private static ResponseEntity<String> answer(MediaType type, String body) {
        return ResponseEntity.ok().contentType(type).header("Vary", "Accept").body(body);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
