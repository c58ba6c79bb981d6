package dev.triggers.inbox.http;

import dev.triggers.inbox.live.EventStream;
import dev.triggers.inbox.live.EventStreams;
import dev.triggers.inbox.live.Outlet;
import dev.triggers.inbox.live.Source;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A {@code text/event-stream} answer (HTML Standard, 9.2) as a stream's outlet: asynchronous, written without waiting. The
 * request's thread is free as soon as it began.
 */
final class SseResponse implements Outlet, WriteListener, AsyncListener {

    private final AsyncContext async;
    private final ServletOutputStream out;
    /** Set before the container may call. */
    private @Nullable EventStream stream;

    private SseResponse(AsyncContext async, ServletOutputStream out) {
        this.async = async;
        this.out = out;
    }

    /** Answers the request with a stream, which takes the place. */
    static void begin(
            HttpServletRequest request,
            HttpServletResponse response,
            EventStreams.Place place,
            Source source,
            byte[] greeting)
            throws IOException {
        response.setContentType("text/event-stream;charset=UTF-8");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Accel-Buffering", "no");
        response.setHeader("Connection", "close"); // who is cut off is to notice
        AsyncContext async = request.startAsync();
        async.setTimeout(0);
        SseResponse outlet = new SseResponse(async, response.getOutputStream());
        EventStream stream = place.stream(source, outlet, greeting);
        outlet.stream = stream;
        async.addListener(outlet);
        outlet.out.setWriteListener(outlet);
        stream.begin();
    }

    @Override
    public boolean writable() {
        return out.isReady();
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        out.write(bytes, from, length);
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void end() {
        try {
            async.complete();
        } catch (IllegalStateException e) {
            // The container is ending it already, because the connection broke.
        }
    }

    @Override
    public void onWritePossible() {
        stream().writable();
    }

    @Override
    public void onError(Throwable cause) {
        stream().gone();
    }

    @Override
    public void onComplete(AsyncEvent event) {
        stream().gone();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        broken();
    }

    @Override
    public void onError(AsyncEvent event) {
        broken();
    }

    private void broken() {
        stream().gone();
        end();
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Nobody starts it anew.
    }

    private EventStream stream() {
        if (stream == null) {
            throw new IllegalStateException("the container called before the stream began");
        }
        return stream;
    }
}
