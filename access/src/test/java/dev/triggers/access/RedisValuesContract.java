package dev.triggers.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.access.RedisValues.Held;
import dev.triggers.access.RedisValues.RedisAway;
import dev.triggers.access.RedisValues.Versioned;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every {@link RedisValues} holds to. */
abstract class RedisValuesContract {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMinutes(1);

    private final String key = "contract:" + UUID.randomUUID();

    abstract RedisValues values();

    /** Writes past every rule. */
    abstract void force(String name, String text);

    @Test
    void whatIsNotThereIsNotHeld() throws RedisAway {
        assertThat(values().get(key)).isEmpty();
    }

    @Test
    void aNewerTextTakesThePlaceOfAnOlderOne() throws RedisAway {
        offer(1, "a", LONG);
        offer(2, "b", LONG);

        assertThat(text()).isEqualTo("1|2|b");
    }

    @Test
    void anOlderTextNeverTakesThePlaceOfANewerOne() throws RedisAway {
        announce(10, "new");
        offer(9, "old", LONG);
        announce(2, "older");

        assertThat(text()).isEqualTo("1|10|new");
    }

    @Test
    void theSameVersionIsHeldForLongerButNeverForLess() throws RedisAway {
        offer(1, "a", SHORT);
        offer(1, "a", LONG);
        assertThat(held().remaining()).isBetween(SHORT, LONG);

        offer(1, "a", SHORT);
        assertThat(held().remaining()).isBetween(SHORT.plusMillis(1), LONG);
    }

    @Test
    void whatIsNotOursGivesWay() throws RedisAway {
        for (String foreign : new String[] {"", "2|99|x", "1|x|y", "x1|99|y"}) {
            force(key, foreign);
            offer(1, "a", LONG);
            assertThat(text()).isEqualTo("1|1|a");
        }
    }

    @Test
    void aTextEnds() throws RedisAway {
        offer(9, "a", Duration.ofMillis(50));
        pass(Duration.ofMillis(50));

        await().until(() -> values().get(key).isEmpty());
        offer(1, "b", LONG);
        assertThat(text()).isEqualTo("1|1|b");
    }

    /** Lets time pass where it does not by itself. */
    void pass(Duration time) {}

    private void offer(long version, String rest, Duration timeToLive) {
        values().offer(key, new Versioned(version, "1|" + version + "|" + rest), timeToLive);
    }

    private void announce(long version, String rest) throws RedisAway {
        values().announce(key, new Versioned(version, "1|" + version + "|" + rest), LONG, "notice");
    }

    private Held held() throws RedisAway {
        return values().get(key).orElseThrow();
    }

    private String text() throws RedisAway {
        return held().text();
    }
}
