package dev.triggers.inbox.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.inbox.Arrivals;
import dev.triggers.inbox.Arrivals.Arrived;
import dev.triggers.inbox.live.Source;
import java.util.function.BooleanSupplier;

/** That something arrived in an inbox, and how much since the last frame: no content, and nothing from before it began. */
final class InboxSignal implements Source {

    private final Arrivals arrivals;
    private final OrgId org;
    private final InboxId inbox;
    private final BooleanSupplier permit;
    private long at;
    private boolean gone;

    InboxSignal(Arrivals arrivals, OrgId org, InboxId inbox, BooleanSupplier permit, long after) {
        this.arrivals = arrivals;
        this.org = org;
        this.inbox = inbox;
        this.permit = permit;
        this.at = after;
    }

    /** An inbox that was deleted meanwhile is nothing to listen to. */
    @Override
    public boolean permitted() {
        return !gone && permit.getAsBoolean();
    }

    @Override
    public Portion read() {
        Arrived arrived;
        try {
            arrived = arrivals.after(org, inbox, at);
        } catch (ProblemException e) {
            gone = true;
            return new Portion(new byte[0], true);
        }
        at = arrived.through();
        String frame = "data: {\"inbox_id\":\"" + inbox + "\",\"count\":" + arrived.count() + "}\n\n";
        return new Portion(arrived.count() == 0 ? new byte[0] : frame.getBytes(UTF_8), arrived.more());
    }

    @Override
    public byte[] heartbeat() {
        return ": keep-alive\n\n".getBytes(UTF_8);
    }
}
