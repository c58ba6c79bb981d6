package dev.triggers.ingest.http;

import dev.triggers.access.Caller;
import dev.triggers.access.http.ApiErrors;
import dev.triggers.access.http.ApiKeyFilter;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.util.List;

/**
 * The short way of single events to {@link EventsController}, around Spring's dispatcher, which looks a handler up, resolves
 * its arguments and keeps a dozen attributes for each request. Whatever is not a plain POST to one of {@link #PATHS} goes
 * to the dispatcher, and is answered there as on any other path.
 */
public final class EventsServlet extends HttpServlet {

    /** What it is mapped to. */
    public static final List<String> PATHS = List.of(EventsController.PATH, EventsController.OLDER_PATH);

    @Serial
    private static final long serialVersionUID = 1L;

    private final transient EventsController events;
    private final transient ApiErrors errors;
    private final String dispatcher;

    /** @param dispatcher the name of Spring's servlet */
    public EventsServlet(EventsController events, ApiErrors errors, String dispatcher) {
        this.events = events;
        this.errors = errors;
        this.dispatcher = dispatcher;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        switch (request.getMethod() + " " + request.getRequestURI()) {
            case "POST " + EventsController.PATH -> answered(events::post, request, response);
            case "POST " + EventsController.OLDER_PATH -> answered(events::postOlder, request, response);
            default -> getServletContext().getNamedDispatcher(dispatcher).forward(request, response);
        }
    }

    private interface Post {
        void answer(Caller caller, HttpServletRequest request, HttpServletResponse response) throws IOException;
    }

    private void answered(Post post, HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            post.answer(ApiKeyFilter.requireCaller(request), request, response);
        } catch (RuntimeException e) {
            errors.answer(e, request, response);
        }
    }
}
