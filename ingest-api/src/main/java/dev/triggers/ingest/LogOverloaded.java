package dev.triggers.ingest;

import org.jspecify.annotations.Nullable;

/** More is under way than this instance may hold: nothing was stored. */
public final class LogOverloaded extends AppendFailure {

    private static final long serialVersionUID = 1L;

    public LogOverloaded(String reason, @Nullable Throwable cause) {
        super(reason, cause);
    }
}
