package dev.triggers.inbox.http;

import dev.triggers.common.event.Limits;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** A request's query parameters: what is not known, given twice or malformed is an {@code invalid_parameter} that names it. */
final class Parameters {

    private final HttpServletRequest request;

    Parameters(HttpServletRequest request, Set<String> known) {
        this.request = request;
        request.getParameterMap().forEach((name, values) -> {
            if (!known.contains(name)) {
                throw invalid(Limits.cut(name) + ": not a parameter here (expected: "
                        + String.join(", ", known.stream().sorted().toList()) + ")");
            }
            if (values.length > 1) {
                throw invalid(name + ": given " + values.length + " times (expected: once)");
            }
        });
    }

    Optional<String> text(String name) {
        return Optional.ofNullable(request.getParameter(name));
    }

    <T> Optional<T> value(String name, Function<String, T> parse) {
        return text(name).map(text -> {
            try {
                return parse.apply(text);
            } catch (IllegalArgumentException e) {
                throw invalid(String.valueOf(e.getMessage()));
            }
        });
    }

    int number(String name, int least, int most, int otherwise) {
        return text(name).map(text -> number(name, text, least, most)).orElse(otherwise);
    }

    private static int number(String name, String text, int least, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw outside(name, text, least, most);
        }
        throw outside(name, text, least, most);
    }

    private static ProblemException outside(String name, String text, int least, int most) {
        return invalid(name + ": " + Limits.cut(text) + " (expected: " + least + " to " + most + ")");
    }

    static ProblemException invalid(String detail) {
        return new ProblemException(ProblemCode.INVALID_PARAMETER, detail);
    }
}
