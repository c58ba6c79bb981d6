package dev.triggers.access.http;

import dev.triggers.common.event.Uuids;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Gives every answer an {@code X-Request-Id}: the request's own if it is sane, else a fresh one. */
public final class RequestIdFilter extends HttpFilter {

    /** Header of requests and answers. */
    public static final String HEADER = "X-Request-Id";

    @Serial
    private static final long serialVersionUID = 1L;

    private static final int MOST_CHARS = 64;

    private final transient InstantSource clock;

    public RequestIdFilter(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        response.setHeader(HEADER, idOf(request, clock));
        chain.doFilter(request, response);
    }

    /** The request's own id if it is sane, else a fresh one. */
    static String idOf(HttpServletRequest request, InstantSource clock) {
        @Nullable String theirs = request.getHeader(HEADER);
        return theirs != null && sane(theirs)
                ? theirs
                : Uuids.ordered(clock.instant()).toString();
    }

    private static boolean sane(String id) {
        return !id.isEmpty() && id.length() <= MOST_CHARS && id.chars().allMatch(RequestIdFilter::sane);
    }

    private static boolean sane(int c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }
}
