package dev.triggers.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.access.KeyChanges.KeyChange;
import dev.triggers.access.KeyState.Gone;
import dev.triggers.access.KeyState.InUse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyNoticesTest {

    private static final int MOST = 3;

    private final FakeApiKeys below = new FakeApiKeys();
    private final FakeRedis redis = new FakeRedis();
    private final CaffeineApiKeys memory = new CaffeineApiKeys(below, Instance.POLICY);
    private final KeyNotices notices = new KeyNotices(memory, redis, Duration.ofMinutes(5), MOST);
    private final ApiKey key = Keys.fresh();

    @AfterEach
    void close() {
        notices.close();
    }

    @Test
    void aChangeIsKnownHereBeforeAnythingIsWritten() {
        below.add(key);
        memory.find(key.hash());

        notices.announce(List.of(new KeyChange(key.hash(), new Gone(3))));

        assertThat(memory.find(key.hash())).isEmpty();
        assertThat(notices.unwritten()).isEqualTo(1);
    }

    @Test
    void aWriteThatFailsIsTriedAgainUntilItSucceeds() {
        redis.away = true;
        notices.start();
        notices.announce(List.of(new KeyChange(key.hash(), new Gone(3))));
        await().until(() -> redis.refused.get() >= 3);
        assertThat(notices.unwritten()).isEqualTo(1);

        redis.away = false;

        await().until(() -> notices.unwritten() == 0);
        assertThat(redis.texts()).containsEntry(RedisApiKeys.name(key.hash()), "1|3|gone");
        assertThat(redis.notices).containsExactly(key.hash().hex() + " 1|3|gone");
    }

    @Test
    void ofTwoChangesOfOneKeyTheNewerIsWrittenInWhicheverOrderTheyCome() {
        notices.announce(List.of(new KeyChange(key.hash(), new Gone(4))));
        notices.announce(List.of(new KeyChange(key.hash(), new InUse(Keys.caller(key)))));
        assertThat(notices.unwritten()).isEqualTo(1);

        notices.start();

        await().until(() -> notices.unwritten() == 0);
        assertThat(redis.texts()).containsValue("1|4|gone");
    }

    @Test
    void changesThatWaitAreBoundedAndTheOldestIsGivenUp() {
        List<ApiKey> keys = new ArrayList<>();
        for (int i = 0; i < MOST + 2; i++) {
            keys.add(Keys.fresh());
            notices.announce(List.of(new KeyChange(keys.get(i).hash(), new Gone(3))));
        }
        assertThat(notices.unwritten()).isEqualTo(MOST);
        assertThat(notices.dropped()).isEqualTo(2);

        notices.start();

        await().until(() -> notices.unwritten() == 0);
        assertThat(redis.texts())
                .containsOnlyKeys(keys.subList(2, keys.size()).stream()
                        .map(k -> RedisApiKeys.name(k.hash()))
                        .toList());
    }

    @Test
    void whatIsHeardIsTakenOverOnlyIfItIsNewer() {
        below.add(key); // version 2
        memory.find(key.hash());

        notices.heard(key.hash().hex() + " 1|1|gone");
        assertThat(memory.find(key.hash())).isPresent();
        notices.heard(key.hash().hex() + " 1|3|gone");
        assertThat(memory.find(key.hash())).isEmpty();
    }

    @Test
    void whatIsNoNoticeChangesNothing() {
        below.add(key);
        memory.find(key.hash());

        for (String noise :
                List.of("", " ", "x", key.hash().hex(), key.hash().hex() + " ", "z".repeat(64) + " 1|9|gone")) {
            notices.heard(noise);
        }

        assertThat(memory.find(key.hash())).isPresent();
    }
}
