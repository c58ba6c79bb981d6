package dev.triggers.ingest;

import org.jspecify.annotations.Nullable;

/** Why a submission was not confirmed. All but {@link OutcomeUnknown} mean that nothing was stored. */
public abstract sealed class AppendFailure extends RuntimeException
        permits LogUnavailable, OutcomeUnknown, LogOverloaded, SubmissionTooLarge {

    private static final long serialVersionUID = 1L;

    AppendFailure(String reason, @Nullable Throwable cause) {
        super(reason, cause, false, false);
    }
}
