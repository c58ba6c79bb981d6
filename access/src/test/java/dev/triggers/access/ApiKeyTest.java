package dev.triggers.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ApiKeyTest {

    @Test
    void aKeyReadsBackAsItself() {
        ApiKey key = Keys.fresh();

        Optional<ApiKey> read = ApiKey.parse(key.reveal());

        assertThat(read).contains(key);
        assertThat(key.reveal()).matches("trg_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{38}");
        assertThat(read.map(ApiKey::id)).contains(key.reveal().substring(9, 17));
    }

    @Test
    void everyTypoInOneCharacterIsRefused() {
        String good = Keys.fresh().reveal();

        for (int at = 0; at < good.length(); at++) {
            char other = good.charAt(at) == 'a' ? 'b' : 'a';
            String typo = good.substring(0, at) + other + good.substring(at + 1);
            assertThat(ApiKey.parse(typo)).as(typo).isEmpty();
        }
    }

    @Test
    void twoSwappedCharactersAreRefused() {
        String good = Keys.fresh().reveal();

        for (int at = 0; at + 1 < good.length(); at++) {
            if (good.charAt(at) != good.charAt(at + 1)) {
                String swapped = good.substring(0, at) + good.charAt(at + 1) + good.charAt(at) + good.substring(at + 2);
                assertThat(ApiKey.parse(swapped)).as(swapped).isEmpty();
            }
        }
    }

    @Test
    void whatIsNoKeyIsRefused() {
        String good = Keys.fresh().reveal();

        for (String text :
                Set.of("", "trg_live_", good + "0", good.substring(1), "Bearer " + good, good.replace('_', '-'))) {
            assertThat(ApiKey.parse(text)).as(text).isEmpty();
        }
    }

    @Test
    void noTwoKeysAreAlike() {
        Set<String> keys = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            keys.add(Keys.fresh().reveal());
        }

        assertThat(keys).hasSize(1_000);
    }

    @Test
    void neitherTheSecretNorTheHashIsEverPrinted() {
        ApiKey key = Keys.fresh();
        IssuedKey issued = new IssuedKey(Keys.caller(key).org(), "first", key, Scope.all(), Optional.empty());

        String printed = key + " " + key.hash() + " " + issued;

        assertThat(printed)
                .doesNotContain(key.reveal().substring(18))
                .doesNotContain(key.hash().hex());
    }

    @Test
    void aHashIsItsContent() {
        ApiKey key = Keys.fresh();

        ApiKeyHash copy = ApiKeyHash.of(key.hash().bytes());

        assertThat(copy).isEqualTo(key.hash()).hasSameHashCodeAs(key.hash());
        assertThat(copy).isNotEqualTo(Keys.fresh().hash());
    }
}
