package dev.triggers.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.common.limit.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RedisApiKeysTest extends ApiKeysContract {

    private static final Duration TTL = Duration.ofMinutes(5);
    private static final Duration FRESH = Duration.ofSeconds(20);

    private final FakeApiKeys below = new FakeApiKeys();
    private final FakeRedis redis = new FakeRedis();
    private final RedisApiKeys keys = new RedisApiKeys(below, redis, TTL, FRESH);

    @Override
    ApiKeys keys() {
        return keys;
    }

    @Override
    Known known() {
        ApiKey key = Keys.fresh();
        return new Known(key, below.add(key));
    }

    @Test
    void aKeyThatRedisHoldsIsNotAskedForBelow() {
        Known known = known();
        keys.find(known.key().hash());
        below.away(true);

        assertThat(keys.find(known.key().hash())).contains(known.caller());
        assertThat(keys.lookUps().hits()).isEqualTo(1);
        assertThat(keys.lookUps().misses()).isEqualTo(1);
    }

    @Test
    void redisBeingAwayIsNeverAnError() {
        Known known = known();
        redis.away = true;

        assertThat(keys.find(known.key().hash())).contains(known.caller());
        assertThat(keys.lookUps().failures()).isEqualTo(1);
        assertThat(keys.lookUps().all()).isEqualTo(1);
    }

    @Test
    void theLayerBelowBeingAwayIsNotNo() {
        below.away(true);

        assertThatThrownBy(() -> keys.find(Keys.fresh().hash())).isInstanceOf(KeysUnavailable.class);
    }

    @Test
    void unknownKeysAreNotWrittenToRedis() {
        keys.find(Keys.fresh().hash());

        assertThat(redis.texts()).isEmpty();
    }

    @Test
    void redisHoldsNeitherAKeyNorItsSecret() {
        Known known = known();

        keys.find(known.key().hash());

        assertThat(redis.texts().toString()).doesNotContain(known.key().reveal().substring(18));
        assertThat(redis.texts())
                .containsOnlyKeys("triggers:key:" + known.key().hash().hex());
    }

    @Test
    void whatIsNotOursInRedisIsWrittenAnew() {
        Known known = known();
        String name = "triggers:key:" + known.key().hash().hex();

        for (String foreign : new String[] {"", "2|something|newer", "1|a|b|c|d|e|f|g", "1|2", "1|x|gone"}) {
            redis.force(name, foreign, TTL);
            assertThat(keys.find(known.key().hash())).contains(known.caller());
            assertThat(redis.texts().get(name)).isNotEqualTo(foreign);
        }
    }

    @Test
    void everythingAboutACallerComesBackFromRedis() {
        ApiKey key = Keys.fresh();
        Caller plain = Keys.caller(key);
        Caller special = new Caller(
                plain.org(),
                plain.keyId(),
                Set.of(Scope.INBOX_READ, Scope.EVENTS_WRITE),
                Plan.parse("7;30;60"),
                true,
                Optional.of(Instant.parse("2030-01-02T03:04:05.678901Z")),
                19);
        below.add(key, special);
        keys.find(key.hash());
        below.remove(key);

        assertThat(keys.find(key.hash())).contains(special);
    }

    @Test
    void whatIsOlderThanFreshIsAskedForBelowAndAnsweredOnlyWhenNobodyIsThere() {
        Known known = known();
        keys.find(known.key().hash());
        redis.millis.addAndGet(FRESH.toMillis());
        below.away(true);

        Confirmed stale = keys.ask(known.key().hash());
        below.away(false);
        below.revoke(known.key(), 3);

        assertThat(stale.caller()).contains(known.caller());
        assertThat(stale.age()).isGreaterThanOrEqualTo(FRESH);
        assertThat(keys.find(known.key().hash())).isEmpty();
        assertThat(redis.texts()).containsValue("1|3|gone");
        assertThat(keys.lookUps().hits()).isZero();
        assertThat(keys.lookUps().misses()).isEqualTo(3);
    }

    @Test
    void aTombstoneIsBelievedHoweverOldItIs() {
        Known known = known();
        below.revoke(known.key(), 3);
        keys.find(known.key().hash());
        redis.millis.addAndGet(TTL.minusSeconds(1).toMillis());
        int asked = below.asked();

        assertThat(keys.find(known.key().hash())).isEmpty();
        assertThat(below.asked()).isEqualTo(asked);
    }
}
