package dev.triggers.access.http;

import dev.triggers.common.problem.Problem;
import dev.triggers.common.problem.ProblemCode;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Counts who is in, and turns away who comes once the {@link Drain} refuses. What a service says about itself it says
 * to the end. A draining server's answers end their connections, so that a client's next request goes elsewhere.
 */
public final class DrainFilter extends HttpFilter {

    @Serial
    private static final long serialVersionUID = 1L;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final transient Drain drain;
    private final transient Paths paths;

    public DrainFilter(Drain drain, Paths paths) {
        this.drain = drain;
        this.paths = paths;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (drain.draining()) {
            response.setHeader("Connection", "close");
        }
        if (paths.isOpen(request.getRequestURI())) {
            chain.doFilter(request, response);
        } else if (drain.enter()) {
            try {
                chain.doFilter(request, response);
            } finally {
                leave(request);
            }
        } else {
            Problems.write(
                    Problem.retryable(
                            ProblemCode.DRAINING, "server: going down (expected: another instance)", RETRY_AFTER),
                    response);
        }
    }

    /** Who is answered asynchronously leaves when the answer has ended. */
    private void leave(HttpServletRequest request) {
        if (!request.isAsyncStarted()) {
            drain.leave();
            return;
        }
        Leaving leaving = new Leaving(drain);
        try {
            request.getAsyncContext().addListener(leaving);
        } catch (IllegalStateException e) { // it ended meanwhile
            leaving.leave();
        }
    }

    /** Leaves once, whatever the container says how often. */
    private static final class Leaving implements AsyncListener {

        private final Drain drain;
        private final AtomicBoolean left = new AtomicBoolean();

        Leaving(Drain drain) {
            this.drain = drain;
        }

        void leave() {
            if (left.compareAndSet(false, true)) {
                drain.leave();
            }
        }

        @Override
        public void onComplete(AsyncEvent event) {
            leave();
        }

        @Override
        public void onTimeout(AsyncEvent event) {
            // The answer ends, and onComplete is next.
        }

        @Override
        public void onError(AsyncEvent event) {
            // The answer ends, and onComplete is next.
        }

        @Override
        public void onStartAsync(AsyncEvent event) {
            event.getAsyncContext().addListener(this);
        }
    }
}
