package dev.triggers.ingest;

import org.jspecify.annotations.Nullable;

/** The log takes no record of this size: nothing was stored. */
public final class SubmissionTooLarge extends AppendFailure {

    private static final long serialVersionUID = 1L;

    public SubmissionTooLarge(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }
}
