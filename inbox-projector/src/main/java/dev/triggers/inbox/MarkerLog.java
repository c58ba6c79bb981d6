package dev.triggers.inbox;

import dev.triggers.common.wire.Marker;

/** Takes markers among the submissions of their organisation. */
public interface MarkerLog {

    /** Returns once the log holds it for good. Throws {@link DispositionLog.Unavailable} when that is not known. */
    void append(Marker marker);
}
