package dev.triggers.inbox;

import dev.triggers.common.disposition.Sequences.Range;
import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.History.PastEvent;
import java.util.List;
import java.util.Optional;

/** An org's accepted events as they go by. Throws {@link InboxUnavailable} when it can not be reached. */
public interface Feed {

    /** The last sequence there is; 0 before the first. */
    long head(OrgId org);

    /** The next stretch behind a sequence: a bounded number of events, and of sequences looked at. */
    Stretch after(OrgId org, long sequence, List<TypePattern> types);

    /**
     * What stands behind a sequence.
     *
     * @param gone the sequences that should come first but are kept no more
     * @param events of the types asked for, in sequence order
     * @param through there is nothing else up to this sequence
     * @param more there is something behind that already
     */
    record Stretch(Optional<Range> gone, List<PastEvent> events, long through, boolean more) {

        public Stretch {
            events = List.copyOf(events);
        }
    }
}
