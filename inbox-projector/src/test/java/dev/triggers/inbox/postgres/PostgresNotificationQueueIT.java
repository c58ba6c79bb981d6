package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.Events;
import dev.triggers.inbox.notify.Notification;
import dev.triggers.inbox.notify.NotificationSettings.State;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
class PostgresNotificationQueueIT {

    private static final String URL = "https://example.com/hook";
    private static final Duration TAKEN_FOR = Duration.ofMinutes(2);

    private static InboxRig rig;

    private final OrgId org = Events.newOrg();
    private Instant now = Events.START;
    private PostgresNotificationQueue queue;
    private NotificationRows settings;
    private long sequence;

    @BeforeAll
    static void start(RealBackends real) {
        rig = new InboxRig(real);
    }

    @BeforeEach
    void open() {
        queue = new PostgresNotificationQueue(rig.writer, () -> now);
        settings = new NotificationRows(rig.reader, () -> now);
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @AfterEach
    void forget() throws SQLException {
        try (Connection connection = rig.writer.getConnection();
                PreparedStatement delete = connection.prepareStatement("delete from inbox.notification")) {
            delete.executeUpdate();
        }
    }

    @Test
    void whatEntersTheInboxIsCountedOnceAndNothingElse() throws SQLException {
        arrive("b", 2);
        InboxId inbox = inbox("a");
        arrive("a", 3);
        arrive("b", 2);
        arrive("a", 1);

        List<Notification> taken = countAndTake();

        assertThat(taken).singleElement().satisfies(one -> {
            assertThat(one.inbox()).isEqualTo(inbox);
            assertThat(one.org()).isEqualTo(org);
            assertThat(one.target()).isEqualTo(URL);
            assertThat(one.count()).isEqualTo(4);
            assertThat(one.redelivery()).isFalse();
            assertThat(one.attempt()).isEqualTo(1);
        });
        assertThat(countAndTake()).isEmpty();
        arrive("b", 5);
        queue.delivered(taken.getFirst());
        assertThat(countAndTake()).isEmpty();
    }

    @Test
    void whatArrivesWhileOneIsUnderWayIsToldTogetherAfterwards() throws SQLException {
        inbox("*");
        arrive("a", 1);
        Notification first = countAndTake().getFirst();
        arrive("a", 2);
        arrive("a", 3);
        assertThat(countAndTake()).isEmpty();

        queue.delivered(first);

        assertThat(countAndTake()).isEmpty(); // not in the same second
        now = now.plusSeconds(1);
        Notification second = countAndTake().getFirst();
        assertThat(second.count()).isEqualTo(5);
        assertThat(second.id()).isNotEqualTo(first.id());
    }

    @Test
    void eachIsTakenByOneInstance() throws Exception {
        for (int i = 0; i < 40; i++) {
            PostgresNotificationQueueIT other = new PostgresNotificationQueueIT();
            other.open();
            other.inbox("*");
            other.arrive("a", 1);
        }
        List<UUID> taken = new ArrayList<>();
        CountDownLatch together = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<CompletableFuture<List<Notification>>> instances = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                instances.add(CompletableFuture.supplyAsync(
                        () -> {
                            List<Notification> mine = new ArrayList<>();
                            try {
                                together.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            for (int round = 0; round < 10; round++) {
                                queue.count();
                                mine.addAll(queue.take(3, now.plus(TAKEN_FOR)));
                            }
                            return mine;
                        },
                        threads));
            }
            together.countDown();
            instances.forEach(instance -> instance.join()
                    .forEach(notification -> taken.add(notification.inbox().value())));
        }
        for (List<Notification> rest = countAndTake(); !rest.isEmpty(); rest = countAndTake()) {
            rest.forEach(notification -> taken.add(notification.inbox().value()));
        }

        assertThat(taken).hasSize(40).doesNotHaveDuplicates();
    }

    @Test
    void whatWasTakenAndNotSettledIsTakenAgainUnderTheSameId() throws SQLException {
        inbox("*");
        arrive("a", 1);
        Notification first = countAndTake().getFirst();
        now = now.plus(TAKEN_FOR).minusSeconds(1);
        assertThat(countAndTake()).isEmpty();
        now = now.plusSeconds(2);

        Notification again = countAndTake().getFirst();

        assertThat(again.id()).isEqualTo(first.id());
        assertThat(again.count()).isEqualTo(first.count());
        assertThat(again.attempt()).isEqualTo(2);
        queue.givenUp(first, "too late to say so");
        queue.again(first, "too late to say so", now);
        assertThat(countAndTake()).isEmpty();
        queue.delivered(again);
        now = now.plus(TAKEN_FOR).plus(TAKEN_FOR);
        assertThat(countAndTake()).isEmpty();
    }

    @Test
    void oneThatFailedIsDueAgainWhenItWasSaid() throws SQLException {
        inbox("*");
        arrive("a", 2);
        Notification first = countAndTake().getFirst();
        arrive("a", 1);
        queue.again(first, "status 503", now.plusSeconds(20));
        assertThat(countAndTake()).isEmpty();
        now = now.plusSeconds(21);

        Notification second = countAndTake().getFirst();

        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.count()).isEqualTo(2);
        assertThat(second.attempt()).isEqualTo(2);
        assertThat(second.begunAt()).isEqualTo(first.begunAt());
    }

    @Test
    void afterOneWasGivenUpTheNextComesLaterAndMakesUpForIt() throws SQLException {
        InboxId inbox = inbox("*");
        arrive("a", 2);
        queue.givenUp(countAndTake().getFirst(), "status 404");
        arrive("a", 1);
        assertThat(countAndTake()).isEmpty();
        assertThat(state(inbox).lastResult()).contains("given up: status 404");
        now = now.plus(Duration.ofMinutes(6));

        Notification next = countAndTake().getFirst();

        assertThat(next.redelivery()).isTrue();
        assertThat(next.count()).isEqualTo(1);
        queue.delivered(next);
        arrive("a", 1);
        now = now.plusSeconds(2);
        assertThat(countAndTake().getFirst().redelivery()).isFalse();
    }

    @Test
    void whoWantsNoMoreIsSentNothingUntilTheAddressChanges() throws SQLException {
        InboxId inbox = inbox("*");
        arrive("a", 2);
        queue.stopped(countAndTake().getFirst(), "status 410");
        arrive("a", 1);
        now = now.plus(Duration.ofDays(1));
        assertThat(countAndTake()).isEmpty();
        assertThat(state(inbox).stoppedAt()).contains(Events.START);

        aim(inbox, "https://example.com/other");

        assertThat(countAndTake().getFirst().target()).isEqualTo("https://example.com/other");
        assertThat(state(inbox).stoppedAt()).isEmpty();
    }

    @Test
    void withoutAnAddressNothingIsToldAndWhatArrivedMeanwhileIsNotMadeUpFor() throws SQLException {
        InboxId inbox = inbox("*");
        arrive("a", 1);
        queue.delivered(countAndTake().getFirst());
        aim(inbox, null);
        arrive("a", 7);
        now = now.plusSeconds(2);
        assertThat(countAndTake()).isEmpty();

        aim(inbox, URL);
        arrive("a", 2);

        assertThat(countAndTake().getFirst().count()).isEqualTo(2);
    }

    @Test
    void whileASecretIsRotatedBothSign() throws SQLException {
        InboxId inbox = inbox("*");
        String before = state(inbox).secret().reveal();
        arrive("a", 1);

        State rotated = settings.rotate(org, inbox, Duration.ofMinutes(1)).orElseThrow();

        assertThat(rotated.secret().reveal()).startsWith("whsec_").isNotEqualTo(before);
        assertThat(rotated.previousUntil()).contains(now.plusSeconds(60));
        Notification first = countAndTake().getFirst();
        assertThat(first.secrets().stream().map(secret -> secret.reveal()))
                .containsExactly(rotated.secret().reveal(), before);
        now = now.plus(TAKEN_FOR).plusSeconds(1);
        assertThat(countAndTake().getFirst().secrets()).hasSize(1);
    }

    @Test
    void nobodySeesOrChangesAnotherOrgsSecret() throws SQLException {
        InboxId inbox = inbox("*");
        OrgId other = Events.newOrg();

        assertThat(settings.find(other, inbox)).isEmpty();
        assertThat(settings.rotate(other, inbox, Duration.ZERO)).isEmpty();
        assertThat(InboxRig.rows(
                        rig.reader,
                        "select set_config('app.org', '" + other + "', true)",
                        "select inbox from inbox.notification"))
                .isEmpty();
    }

    @Test
    void oneOrgHasNoMoreThanItsShareUnderWay() throws SQLException {
        for (int i = 0; i < 7; i++) {
            inbox("*");
        }
        arrive("a", 1);

        List<Notification> taken = countAndTake();

        assertThat(taken).hasSize(4);
        assertThat(countAndTake()).isEmpty();
        queue.delivered(taken.getFirst());
        assertThat(countAndTake()).hasSize(1);
    }

    private List<Notification> countAndTake() {
        boolean more = true;
        while (more) {
            more = queue.count();
        }
        return queue.take(10, now.plus(TAKEN_FOR));
    }

    private State state(InboxId inbox) {
        return settings.find(org, inbox).orElseThrow();
    }

    private void arrive(String type, int count) {
        rig.project(LongStream.rangeClosed(sequence + 1, sequence + count)
                .mapToObj(n -> Events.accepted(org, n, "{}", type, Events.START))
                .toList());
        sequence += count;
    }

    /** One that begins now. */
    private InboxId inbox(String action) throws SQLException {
        InboxId inbox = new InboxId(UUID.randomUUID());
        change(
                "insert into inbox.inbox (id, org, action_key, notification_url, windows) values (?, ?, ?, ?,"
                        + " int8multirange(int8range(?::bigint + 1, null)))",
                inbox.value(),
                org.value(),
                action,
                URL,
                sequence);
        new OrgTransactions(rig.reader).write(org, connection -> {
            NotificationRows.aim(connection, org, inbox, true);
            return inbox;
        });
        return inbox;
    }

    private void aim(InboxId inbox, @Nullable String url) throws SQLException {
        change("update inbox.inbox set notification_url = ? where id = ?", url, inbox.value());
        new OrgTransactions(rig.reader).write(org, connection -> {
            NotificationRows.aim(connection, org, inbox, false);
            return inbox;
        });
    }

    private static void change(String sql, @Nullable Object... values) throws SQLException {
        try (Connection connection = rig.writer.getConnection();
                PreparedStatement change = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                change.setObject(i + 1, values[i]);
            }
            change.executeUpdate();
        }
    }
}
