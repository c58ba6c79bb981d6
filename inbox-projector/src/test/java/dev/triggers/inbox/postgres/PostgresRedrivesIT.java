package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.event.Event;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.RateLimit;
import dev.triggers.common.wire.Accepted;
import dev.triggers.common.wire.Rejected;
import dev.triggers.common.wire.Submission;
import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.Redrives;
import dev.triggers.inbox.Redrives.Page;
import dev.triggers.inbox.Redrives.Redriven;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
class PostgresRedrivesIT {

    private static final Plan PLAN = new Plan(7, RateLimit.UNLIMITED);
    private static final Instant NOW = Events.START.plusSeconds(1_000);

    private static InboxRig rig;
    private static long offset = 1_000;

    private final OrgId org = Events.newOrg();
    private final List<Submission> submitted = new ArrayList<>();
    private int confirms = Integer.MAX_VALUE;
    private final Redrives redrives = new PostgresRedrives(rig().reader, this::submit, InstantSource.fixed(NOW));

    @BeforeAll
    static void start(RealBackends real) {
        rig = new InboxRig(real);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    /** As it stands once all have begun. */
    private static InboxRig rig() {
        return rig;
    }

    /** A log that confirms only so many. */
    private List<Receipt> submit(List<Submission> submissions) {
        if (confirms == 0) {
            throw new DispositionLog.Unavailable("away", new IllegalStateException());
        }
        List<Receipt> receipts = new ArrayList<>();
        for (Submission submission : submissions.subList(0, Math.min(confirms, submissions.size()))) {
            receipts.add(new Receipt(0, 1_000_000 + submitted.size()));
            submitted.add(submission);
        }
        return receipts;
    }

    @Test
    void whatWasThrottledIsSubmittedAgainAsItWas() {
        Event event = event();
        Receipt receipt = throttled(event, 1);

        Redriven redriven = redrives.redrive(org, receipt, PLAN);

        assertThat(redriven).isEqualTo(new Redriven(receipt, new Receipt(0, 1_000_000)));
        assertThat(submitted).containsExactly(new Submission(event, NOW, PLAN, Optional.of(receipt)));
    }

    @Test
    void whatIsNotThrottledIsRefusedAndSaysWhy() {
        Accepted accepted = Events.accepted(org, 1);
        Rejected duplicate = Events.duplicate(accepted, offset++);
        rig.project(List.of(accepted), List.of(duplicate), List.of());

        assertThatThrownBy(() -> redrives.redrive(org, duplicate.receipt(), PLAN))
                .hasMessageContaining("invalid_parameter")
                .hasMessageContaining("is duplicate");
        assertThatThrownBy(() -> redrives.redrive(org, accepted.receipt(), PLAN))
                .hasMessageContaining("not_found");
    }

    @Test
    void whatWasAcceptedSinceIsRefused() {
        Accepted accepted = Events.accepted(org, 1, "{}", "test.happened", Events.START.plusSeconds(5));
        Receipt before = throttled(accepted.event(), 1);
        Receipt after = throttled(accepted.event(), 9);
        rig.project(List.of(accepted));

        assertThatThrownBy(() -> redrives.redrive(org, before, PLAN)).hasMessageContaining("as sequence 1");
        assertThat(redrives.redrive(org, after, PLAN).receipt()).isEqualTo(after);
    }

    @Test
    void ofOneThatWasThrottledAgainTheLastIsRedriven() {
        Event event = event();
        Receipt first = throttled(event, 1);
        Receipt second = throttled(event, 2);

        assertThatThrownBy(() -> redrives.redrive(org, first, PLAN)).hasMessageContaining("again as " + second);
        assertThat(all(NOW, 10).redriven()).extracting(Redriven::receipt).containsExactly(second);
    }

    @Test
    void allBeforeAnInstantAreRedrivenPageByPage() {
        Receipt a = throttled(event(), 1);
        Receipt b = throttled(event(), 2);
        Receipt c = throttled(event(), 3);
        throttled(event(), 4);
        Instant before = Events.START.plusSeconds(4);

        Page first = all(before, 2);
        Page rest = redrives.redriveAll(org, PLAN, before, first.next(), 2);

        assertThat(first.redriven()).extracting(Redriven::receipt).containsExactly(a, b);
        assertThat(rest.redriven()).extracting(Redriven::receipt).containsExactly(c);
        assertThat(rest.next()).isEmpty();
    }

    @Test
    void whereTheLogStopsConfirmingThePageEnds() {
        Receipt a = throttled(event(), 1);
        Receipt b = throttled(event(), 2);
        confirms = 1;

        Page first = all(NOW, 10);
        confirms = 10;
        Page rest = redrives.redriveAll(org, PLAN, NOW, first.next(), 10);

        assertThat(first.redriven()).extracting(Redriven::receipt).containsExactly(a);
        assertThat(rest.redriven()).extracting(Redriven::receipt).containsExactly(b);
        confirms = 0;
        assertThatThrownBy(() -> all(NOW, 10)).isInstanceOf(DispositionLog.Unavailable.class);
    }

    @Test
    void anotherOrgsRejectionIsNotFound() {
        Receipt receipt = throttled(event(), 1);
        OrgId other = Events.newOrg();

        assertThatThrownBy(() -> redrives.redrive(other, receipt, PLAN)).hasMessageContaining("not_found");
        assertThat(redrives.redriveAll(other, PLAN, NOW, Optional.empty(), 10).redriven())
                .isEmpty();
    }

    private Page all(Instant before, int most) {
        return redrives.redriveAll(org, PLAN, before, Optional.empty(), most);
    }

    private Event event() {
        return Events.accepted(org, 1).event();
    }

    private static Receipt throttled(Event event, long second) {
        Rejected rejected = Events.throttled(event, offset++, second);
        rig.project(List.of(), List.of(rejected), List.of());
        return rejected.receipt();
    }
}
