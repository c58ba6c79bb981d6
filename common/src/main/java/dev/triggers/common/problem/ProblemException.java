package dev.triggers.common.problem;

import java.time.Duration;

/** Ends a request with a {@link Problem}. */
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public ProblemException(Problem problem) {
        super(problem.code() + ": " + problem.detail(), null, false, false);
        this.problem = problem;
    }

    public ProblemException(ProblemCode code, String detail) {
        this(Problem.of(code, detail));
    }

    /** One that was led to by something. */
    public ProblemException(Problem problem, Throwable cause) {
        super(problem.code() + ": " + problem.detail(), cause, false, false);
        this.problem = problem;
    }

    /** One that says when to try again, and what led to it. */
    public ProblemException(ProblemCode code, String detail, Duration retryAfter, Throwable cause) {
        super(code + ": " + detail, cause, false, false);
        this.problem = Problem.retryable(code, detail, retryAfter);
    }

    public Problem problem() {
        return problem;
    }
}
