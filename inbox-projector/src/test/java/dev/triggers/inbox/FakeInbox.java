package dev.triggers.inbox;

import dev.triggers.common.event.EventId;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.Accepted;
import dev.triggers.inbox.PageRequest.Filter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What an inbox is, said as simply as can be: all events, and which of them are done. */
public final class FakeInbox implements Inbox {

    private static final long MOST_BYTES = 8 << 20;

    private final Map<OrgId, List<Accepted>> events = new HashMap<>();
    private final Map<OrgId, Set<Long>> acked = new HashMap<>();

    public void add(Accepted accepted) {
        events.computeIfAbsent(accepted.event().org(), _ -> new ArrayList<>()).add(accepted);
    }

    @Override
    public Page page(OrgId org, PageRequest request) {
        List<InboxEvent> page = new ArrayList<>();
        long bytes = 0;
        for (Accepted accepted : events.getOrDefault(org, List.of())) {
            InboxEvent event = event(accepted);
            if (accepted.sequence() <= request.after() || !wanted(event, request)) {
                continue;
            }
            bytes += event.data().size();
            if (page.size() == request.limit() || (!page.isEmpty() && bytes > MOST_BYTES)) {
                return new Page(page, OptionalLong.of(page.getLast().sequence()));
            }
            page.add(event);
        }
        return new Page(page, OptionalLong.empty());
    }

    private static boolean wanted(InboxEvent event, PageRequest request) {
        boolean state = switch (request.filter()) {
            case ALL -> true;
            case ACKED -> event.status() == Message.Status.ACKED;
            case LEASED, QUARANTINED -> false;
            case UNACKNOWLEDGED, AVAILABLE -> event.status() == Message.Status.AVAILABLE;
        };
        return state && request.type().filter(t -> !t.equals(event.type())).isEmpty();
    }

    private InboxEvent event(Accepted accepted) {
        boolean done = acked.getOrDefault(accepted.event().org(), Set.of()).contains(accepted.sequence());
        return new InboxEvent(
                accepted.event().id(),
                accepted.sequence(),
                accepted.event().type(),
                accepted.event().source(),
                accepted.event().subject(),
                accepted.event().time().toInstant(),
                accepted.decidedAt(),
                accepted.event().data(),
                done ? Message.Status.ACKED : Message.Status.AVAILABLE,
                0);
    }

    @Override
    public List<AckResult> acknowledge(OrgId org, List<EventId> ids) {
        Set<Long> done = acked.computeIfAbsent(org, _ -> new HashSet<>());
        Set<Long> before = Set.copyOf(done);
        List<AckResult> results = new ArrayList<>();
        for (EventId id : ids) {
            List<Long> sequences = events.getOrDefault(org, List.of()).stream()
                    .filter(a -> a.event().id().equals(id))
                    .map(Accepted::sequence)
                    .toList();
            done.addAll(sequences);
            results.add(new AckResult(id, outcome(sequences, before)));
        }
        return results;
    }

    private static AckResult.Outcome outcome(List<Long> sequences, Set<Long> before) {
        if (sequences.isEmpty()) {
            return AckResult.Outcome.UNKNOWN;
        }
        return before.containsAll(sequences) ? AckResult.Outcome.ALREADY_ACKED : AckResult.Outcome.ACKED;
    }

    /** All sequences in a state, for comparing. */
    public static List<Long> sequences(Inbox inbox, OrgId org, Filter filter) {
        List<Long> all = new ArrayList<>();
        OptionalLong after = OptionalLong.of(0);
        while (after.isPresent()) {
            Page page = inbox.page(org, new PageRequest(after.getAsLong(), 7, filter, Optional.empty()));
            page.events().forEach(e -> all.add(e.sequence()));
            after = page.next();
        }
        return all;
    }
}
