package dev.triggers.access.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.common.problem.Problem;
import java.io.IOException;
import java.io.Writer;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.ActionCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Tomcat refuses before any filter sees it (what is no HTTP, headers too large, paths that cannot be decoded), in
 * the same shape as every other error. Such an answer ends its connection.
 */
public final class ContainerErrors extends ErrorReportValve {

    private static final Logger log = LoggerFactory.getLogger(ContainerErrors.class);
    private static final int FIRST_ERROR = 400;

    private final InstantSource clock;

    public ContainerErrors(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    protected void report(Request request, Response response, @Nullable Throwable failure) {
        if (response.getStatus() >= FIRST_ERROR
                && response.getContentWritten() == 0
                && response.setErrorReported()
                && listened(response)) {
            try {
                write(request, response);
            } catch (IOException | IllegalStateException e) {
                log.atDebug().addKeyValue("reason", e.toString()).log("An error could not be answered");
            }
        }
    }

    private void write(Request request, Response response) throws IOException {
        Problem problem = ApiErrors.problem(response.getStatus(), request);
        if (response.getHeader(RequestIdFilter.HEADER) == null) {
            response.setHeader(RequestIdFilter.HEADER, RequestIdFilter.idOf(request, clock));
        }
        response.setStatus(problem.code().status());
        response.setContentType(Problem.MEDIA_TYPE);
        response.setCharacterEncoding(UTF_8);
        @Nullable Writer body = response.getReporter();
        if (body != null) {
            body.write(new String(problem.json(), UTF_8));
            response.finishResponse();
        }
    }

    private static boolean listened(Response response) {
        AtomicBoolean allowed = new AtomicBoolean();
        response.getCoyoteResponse().action(ActionCode.IS_IO_ALLOWED, allowed);
        return allowed.get();
    }
}
