package dev.triggers.ingest;

import dev.triggers.common.event.OrgId;
import java.time.Duration;

/** Told which orgs the processor holds back: those whose budget is in debt. Safe for use by many threads; never waits. */
public interface Holds {

    /**
     * The org sends nothing more for so long from now on. It ends by itself, and what was told before counts no longer.
     *
     * @param remaining zero: it is over
     */
    void hold(OrgId org, Duration remaining);
}
