package dev.triggers.inbox.http;

import dev.triggers.access.http.ApiErrors;
import dev.triggers.access.http.Problems;
import dev.triggers.common.problem.Problem;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.InboxUnavailable;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.springframework.core.annotation.Order;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** What a part that is away means to a caller: 503, and when to ask again. Comes before {@link ApiErrors}, which takes the rest. */
@RestControllerAdvice
@Order(0)
public final class InboxErrors {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    @ExceptionHandler
    void onInboxAway(InboxUnavailable e, HttpServletResponse response) throws IOException {
        Problems.write(
                Problem.retryable(ProblemCode.INBOX_UNAVAILABLE, "inbox: away (expected: an answer)", RETRY_AFTER),
                response);
    }

    @ExceptionHandler
    void onLogAway(DispositionLog.Unavailable e, HttpServletResponse response) throws IOException {
        Problems.write(
                Problem.retryable(
                        ProblemCode.LOG_UNAVAILABLE,
                        "log: did not confirm; what was asked may still take effect, and may be asked again",
                        RETRY_AFTER),
                response);
    }
}
