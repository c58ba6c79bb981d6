package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.inbox.InboxUnavailable;
import dev.triggers.inbox.postgres.TurnQueue.Place;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TurnQueueTest {

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private final List<Integer> turns = new CopyOnWriteArrayList<>();
    private TurnQueue queue = new TurnQueue(Duration.ofSeconds(30));

    @AfterEach
    void end() {
        goOn.countDown();
        threads.close();
    }

    @Test
    void oneThatIsAloneDoesNotWait() {
        goOn.countDown();

        assertThat(run(7)).isEqualTo(7);
        assertThat(turns).containsExactly(1);
    }

    @Test
    void thoseThatComeDuringATurnShareTheNextEachWithItsAnswer() throws Exception {
        List<Future<Integer>> all = oneLeadsAndWait(30);

        goOn.countDown();

        for (int i = 0; i < all.size(); i++) {
            assertThat(all.get(i).get()).isEqualTo(i);
        }
        assertThat(turns).containsExactly(1, 30);
    }

    @Test
    void moreThanFitIntoATurnTakeSeveral() throws Exception {
        List<Future<Integer>> all = oneLeadsAndWait(TurnQueue.MOST_TOGETHER + 5);

        goOn.countDown();

        for (Future<Integer> one : all) {
            one.get();
        }
        assertThat(turns).containsExactly(1, TurnQueue.MOST_TOGETHER, 5);
    }

    @Test
    void whoFindsItFullIsRefusedAndNobodyElseIs() throws Exception {
        List<Future<Integer>> all = oneLeadsAndWait(TurnQueue.MOST_WAITING);

        assertThatThrownBy(() -> run(0)).isInstanceOf(InboxUnavailable.class).hasMessageContaining("wait");
        goOn.countDown();

        for (Future<Integer> one : all) {
            one.get();
        }
    }

    @Test
    void whoseTurnDoesNotComeGivesUpAndIsNotDoneLater() throws Exception {
        queue = new TurnQueue(Duration.ofMillis(500));
        List<Future<Integer>> all = oneLeadsAndWait(1);

        assertThatThrownBy(all.getLast()::get)
                .hasCauseInstanceOf(InboxUnavailable.class)
                .hasMessageContaining("nothing was done");
        goOn.countDown();
        all.getFirst().get();

        assertThat(turns).containsExactly(1);
        assertThat(run(3)).isEqualTo(3);
    }

    @Test
    void aTurnThatBreaksIsNobodysAnswerAndTheNextGoesOn() throws Exception {
        Future<Integer> broken = threads.submit(() -> queue.run(write(1), _ -> {
            hold();
            throw new IllegalStateException("a fault of the test");
        }));
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        Future<Integer> next = threads.submit(() -> run(2));
        Awaitility.await().until(() -> queue.waiting() == 1);
        goOn.countDown();

        assertThatThrownBy(broken::get).hasMessageContaining("a fault of the test");
        assertThat(next.get()).isEqualTo(2);
    }

    /** The first of them is in its turn, the others wait, in their order. */
    private List<Future<Integer>> oneLeadsAndWait(int waiting) throws InterruptedException {
        List<Future<Integer>> all = new ArrayList<>();
        all.add(threads.submit(() -> run(0)));
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        for (int i = 1; i <= waiting; i++) {
            int number = i;
            all.add(threads.submit(() -> run(number)));
        }
        Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> queue.waiting() == waiting);
        return all;
    }

    private int run(int number) {
        return queue.run(write(number), this::together);
    }

    private static InboxWrite<Integer> write(int number) {
        return InboxWrite.passing(_ -> number);
    }

    private void together(List<Place<?>> batch) {
        hold();
        turns.add(batch.size());
        batch.forEach(TurnQueueTest::answer);
    }

    private void hold() {
        begun.countDown();
        try {
            assertThat(goOn.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("NullAway") // what is written here needs no turn
    private static <T> void answer(Place<T> place) {
        try {
            place.answer(place.write().run(null));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
