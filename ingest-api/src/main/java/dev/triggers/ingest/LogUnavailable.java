package dev.triggers.ingest;

import org.jspecify.annotations.Nullable;

/** The log could not be reached: nothing was stored. */
public final class LogUnavailable extends AppendFailure {

    private static final long serialVersionUID = 1L;

    public LogUnavailable(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }
}
