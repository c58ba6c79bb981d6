package dev.triggers.inbox.projection;

import dev.triggers.common.wire.DeadLetter;
import java.util.List;

/** Where records go that nobody can read or keep. */
public interface DeadLetterLog {

    /** Returns once all of them are kept. Throws when that is not certain; some may then be kept, and again the next time. */
    void append(List<DeadLetter> letters);
}
