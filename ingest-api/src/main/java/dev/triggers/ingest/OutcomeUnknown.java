package dev.triggers.ingest;

import org.jspecify.annotations.Nullable;

/** The log did not confirm in time: the submission may stand in it or not. */
public final class OutcomeUnknown extends AppendFailure {

    private static final long serialVersionUID = 1L;

    public OutcomeUnknown(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }
}
