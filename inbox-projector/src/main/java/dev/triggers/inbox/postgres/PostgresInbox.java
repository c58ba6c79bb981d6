package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.EventId;
import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.AckResult;
import dev.triggers.inbox.Inbox;
import dev.triggers.inbox.Page;
import dev.triggers.inbox.PageRequest;
import java.util.List;
import java.util.Optional;

/** The default inbox over the tables, as the reading role. */
public final class PostgresInbox implements Inbox {

    private final InboxTurns turns;

    public PostgresInbox(InboxTurns turns) {
        this.turns = turns;
    }

    @Override
    public Page page(OrgId org, PageRequest request) {
        Optional<Page> open = OpenPage.answers(request)
                ? turns.transactions().read(org, new OpenPage(org, request))
                : Optional.empty();
        return open.orElseGet(() ->
                turns.transactions().read(org, connection -> new PageQuery(connection, org, request).run()));
    }

    @Override
    public List<AckResult> acknowledge(OrgId org, List<EventId> ids) {
        return turns.run(org, InboxId.defaultOf(org), InboxWrite.acknowledging(ids, turn -> {
            EventIds found = turn.eventIds();
            Sequences open = turn.unsettledRows()
                    .openAmong(ids.stream()
                            .flatMap(id -> found.sequences(id).stream())
                            .toList())
                    .minus(turn.acknowledged());
            turn.acknowledge(open);
            return ids.stream()
                    .map(id -> new AckResult(id, outcome(found.sequences(id), open)))
                    .toList();
        }));
    }

    private static AckResult.Outcome outcome(List<Long> sequences, Sequences open) {
        if (sequences.isEmpty()) {
            return AckResult.Outcome.UNKNOWN;
        }
        return sequences.stream().anyMatch(open::contains) ? AckResult.Outcome.ACKED : AckResult.Outcome.ALREADY_ACKED;
    }
}
