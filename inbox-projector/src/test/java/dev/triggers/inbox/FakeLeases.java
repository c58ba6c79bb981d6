package dev.triggers.inbox;

import dev.triggers.common.disposition.Disposition;
import dev.triggers.common.disposition.Disposition.Acknowledged;
import dev.triggers.common.disposition.Disposition.Quarantined;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import dev.triggers.common.wire.Accepted;
import dev.triggers.inbox.Message.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What leases of one org's default inbox are, said as simply as can be: every message knows who has it until when. */
final class FakeLeases implements Leases {

    private final OrgId org;
    private final InboxId inbox;
    private final LeasePolicy policy;
    private final InstantSource clock;
    private final DispositionLog log;
    private final Map<Long, Item> items;
    private long leases;

    /** @param items shared by all that speak for the same inbox */
    FakeLeases(OrgId org, LeasePolicy policy, InstantSource clock, DispositionLog log, Map<Long, Item> items) {
        this.org = org;
        this.inbox = InboxId.defaultOf(org);
        this.policy = policy;
        this.clock = clock;
        this.log = log;
        this.items = items;
    }

    static Map<Long, Item> none() {
        return new TreeMap<>();
    }

    /** One message. */
    static final class Item {

        private final Accepted accepted;
        private Status settled = Status.AVAILABLE;
        private Instant until = Instant.MIN;
        private Instant availableAt = Instant.MIN;
        private long lease;
        private int count;

        Item(Accepted accepted) {
            this.accepted = accepted;
        }

        private boolean open() {
            return settled == Status.AVAILABLE;
        }

        private boolean heldBy(long number, Instant now) {
            return open() && lease == number && until.isAfter(now);
        }
    }

    @Override
    public Optional<Lease> lease(OrgId asking, InboxId of, int most, Duration time) {
        require(asking, of);
        Instant now = clock.instant();
        List<Item> free = items.values().stream()
                .filter(i -> i.open() && !i.until.isAfter(now) && !i.availableAt.isAfter(now))
                .sorted(Comparator.comparing((Item i) -> i.count == 0))
                .toList();
        List<Item> hopeless =
                free.stream().filter(i -> i.count >= policy.quarantineAfter()).toList();
        if (!hopeless.isEmpty()) {
            log.append(new Quarantined(org, inbox, sequences(hopeless), now));
            hopeless.forEach(i -> i.settled = Status.QUARANTINED);
        }
        List<Item> picked = pick(free.stream().filter(Item::open).toList(), most);
        if (picked.isEmpty()) {
            return Optional.empty();
        }
        long number = ++leases;
        for (Item item : picked) {
            item.lease = number;
            item.until = now.plus(time);
            item.count++;
        }
        return Optional.of(new Lease(
                new LeaseId(inbox, number, sequences(picked)),
                now.plus(time),
                picked.stream().map(i -> message(i, Status.LEASED, true)).toList(),
                attributes(asking, of)));
    }

    @Override
    public InboxAttributes attributes(OrgId asking, InboxId of) {
        require(asking, of);
        return new InboxAttributes(InboxStatus.ACTIVE, Optional.empty(), false);
    }

    private List<Item> pick(List<Item> free, int most) {
        List<Item> picked = new ArrayList<>();
        long bytes = 0;
        for (Item item : free) {
            boolean alone = item.count >= policy.aloneAfter();
            if (alone && !picked.isEmpty()) {
                continue;
            }
            bytes += item.accepted.event().data().size();
            if (picked.size() == most || (!picked.isEmpty() && bytes > policy.mostBytes())) {
                break;
            }
            picked.add(item);
            if (alone) {
                break;
            }
        }
        return picked;
    }

    @Override
    public List<Message> acknowledge(OrgId asking, InboxId of, LeaseId lease, Optional<List<MessageId>> messages) {
        List<Item> meant = meant(asking, of, lease, messages);
        List<Item> held = held(meant, lease);
        settle(held, Status.ACKED, s -> new Acknowledged(org, inbox, s, clock.instant()));
        return messages(meant, i -> i.settled == Status.ACKED, Status.ACKED);
    }

    @Override
    public List<Message> reject(OrgId asking, InboxId of, LeaseId lease, Optional<List<MessageId>> messages) {
        List<Item> held = held(meant(asking, of, lease, messages), lease);
        settle(held, Status.QUARANTINED, s -> new Quarantined(org, inbox, s, clock.instant()));
        return messages(held, _ -> true, Status.QUARANTINED);
    }

    private interface Decision {
        Disposition about(Sequences sequences);
    }

    private void settle(List<Item> held, Status status, Decision decision) {
        if (!held.isEmpty()) {
            log.append(decision.about(sequences(held)));
            held.forEach(i -> i.settled = status);
        }
    }

    @Override
    public List<Message> release(
            OrgId asking, InboxId of, LeaseId lease, Optional<List<MessageId>> messages, Duration delay) {
        List<Item> held = held(meant(asking, of, lease, messages), lease);
        for (Item item : held) {
            item.until = Instant.MIN;
            item.availableAt = delay.isZero() ? Instant.MIN : clock.instant().plus(delay);
        }
        return messages(held, _ -> true, Status.AVAILABLE);
    }

    @Override
    public Instant renew(OrgId asking, InboxId of, LeaseId lease, Duration time) {
        List<Item> held = held(meant(asking, of, lease, Optional.empty()), lease);
        if (held.isEmpty()) {
            throw expired();
        }
        Instant until = clock.instant().plus(time);
        held.forEach(i -> i.until = until);
        return until;
    }

    @Override
    public Optional<Duration> untilReturn(OrgId asking, InboxId of) {
        Instant now = clock.instant();
        return items.values().stream()
                .filter(Item::open)
                .flatMap(i -> Stream.of(i.until, i.availableAt))
                .filter(at -> at.isAfter(now))
                .min(Comparator.naturalOrder())
                .map(at -> Duration.between(now, at));
    }

    @Override
    public Stats stats(OrgId asking, InboxId of) {
        require(asking, of);
        Instant now = clock.instant();
        long away = count(i -> i.open() && (i.until.isAfter(now) || i.availableAt.isAfter(now)));
        return new Stats(
                count(Item::open) - away,
                away,
                count(i -> i.settled == Status.QUARANTINED),
                items.values().stream()
                        .filter(i -> i.settled != Status.ACKED)
                        .map(i -> i.accepted.decidedAt())
                        .findFirst(),
                count(i -> i.count > 0 || !i.open()),
                items.size());
    }

    private long count(Predicate<Item> which) {
        return items.values().stream().filter(which).count();
    }

    private List<Item> meant(OrgId asking, InboxId of, LeaseId lease, Optional<List<MessageId>> messages) {
        require(asking, of);
        List<Item> meant = messages.map(ids -> named(lease, ids))
                .orElseGet(() -> lease.sequences().stream().mapToObj(items::get).toList());
        boolean lost = meant.stream().anyMatch(i -> i.open() && !i.heldBy(lease.number(), clock.instant()));
        if (lost && (messages.isPresent() || held(meant, lease).isEmpty())) {
            throw expired();
        }
        return meant;
    }

    private List<Item> named(LeaseId lease, List<MessageId> ids) {
        List<Item> named = new ArrayList<>();
        for (MessageId id : ids) {
            named.add(id.sequenceIn(inbox)
                    .filter(lease.sequences()::contains)
                    .map(items::get)
                    .orElseThrow(() -> new ProblemException(
                            ProblemCode.INVALID_PARAMETER,
                            "message_ids[" + named.size() + "]: " + id + " (expected: a message of this lease)")));
        }
        return named;
    }

    private List<Item> held(List<Item> items, LeaseId lease) {
        return items.stream()
                .filter(i -> i.heldBy(lease.number(), clock.instant()))
                .toList();
    }

    private void require(OrgId asking, InboxId of) {
        if (!asking.equals(org) || !of.equals(inbox)) {
            throw new ProblemException(ProblemCode.NOT_FOUND, "inbox: " + of + " (expected: one of yours)");
        }
    }

    private List<Message> messages(List<Item> items, Predicate<Item> which, Status status) {
        return items.stream().filter(which).map(i -> message(i, status, false)).toList();
    }

    private Message message(Item item, Status status, boolean withPayload) {
        return new Message(
                MessageId.of(inbox, item.accepted.sequence()),
                item.accepted.event().id(),
                item.accepted.sequence(),
                item.accepted.event().type(),
                item.accepted.event().source(),
                item.accepted.decidedAt(),
                status,
                item.count,
                withPayload ? Optional.of(item.accepted.event().data()) : Optional.empty());
    }

    private static Sequences sequences(List<Item> items) {
        return Sequences.of(items.stream().mapToLong(i -> i.accepted.sequence()));
    }

    private static ProblemException expired() {
        return new ProblemException(ProblemCode.LEASE_EXPIRED, "lease_id: ended (expected: a lease that lasts)");
    }
}
