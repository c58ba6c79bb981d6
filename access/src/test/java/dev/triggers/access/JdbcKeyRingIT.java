package dev.triggers.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.triggers.access.KeyChanges.KeyChange;
import dev.triggers.access.KeyRing.Entry;
import dev.triggers.access.KeyRing.TooManyKeys;
import dev.triggers.access.KeyState.Gone;
import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.limit.Tier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class JdbcKeyRingIT {

    private static final Set<Scope> READ = Set.of(Scope.INBOX_READ);

    private final List<KeyChange> announced = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-31T12:00:00Z");
    private HikariDataSource postgres;
    private JdbcOrgs orgs;
    private JdbcKeyRing ring;
    private JdbcApiKeys keys;
    private NewOrg made;
    private OrgId org;

    @BeforeAll
    void open(RealBackends backends) {
        postgres = TestPostgres.migrated(backends.freshDatabase("key_ring"));
        orgs = new JdbcOrgs(postgres, () -> now, announced::addAll);
        ring = new JdbcKeyRing(postgres, () -> now, announced::addAll);
        keys = new JdbcApiKeys(postgres);
    }

    @AfterAll
    void close() {
        postgres.close();
    }

    @BeforeEach
    void anOrg() {
        made = orgs.create("acme", Tier.PRO);
        org = made.org().id();
        announced.clear();
    }

    @Test
    void everyChangeRaisesTheVersionOfEveryKeyItTouchesAndIsAnnouncedAsItStands() {
        IssuedKey other = ring.issue(org, "other", READ, Optional.empty()).orElseThrow();
        long before = version(made.key());

        orgs.change(org, OrgChange.to(Tier.FREE));
        orgs.change(org, OrgChange.suspended(true));
        ring.revoke(org, other.id());

        assertThat(version(made.key())).isEqualTo(before + 2);
        assertThat(version(other)).isEqualTo(before + 3);
        assertThat(announced).hasSize(5).contains(state(made.key())).endsWith(state(other));
        assertThat(keys.ask(other.key().hash()).state()).isEqualTo(new Gone(before + 3));
    }

    @Test
    void aDeletedOrgsKeysAreAllGoneAndItsRowIsFoundNoMore() {
        IssuedKey other = ring.issue(org, "other", READ, Optional.empty()).orElseThrow();

        assertThat(orgs.delete(org)).isTrue();

        assertThat(announced).extracting(KeyChange::state).hasSize(2).allMatch(Gone.class::isInstance);
        assertThat(keys.find(other.key().hash())).isEmpty();
        assertThat(orgs.find(org)).isEmpty();
        assertThat(orgs.delete(org)).isFalse();
        assertThat(orgs.change(org, OrgChange.suspended(true))).isEmpty();
        assertThat(ring.issue(org, "late", READ, Optional.empty())).isEmpty();
        assertThat(ring.revoke(org, other.id())).isFalse();
    }

    @Test
    void aRotatedKeyHandsOverItsNameScopesAndExpiry() {
        Optional<Instant> expiry = Optional.of(now.plus(Duration.ofDays(9)));
        IssuedKey old = ring.issue(org, "reader", READ, expiry).orElseThrow();

        IssuedKey next = ring.rotate(org, old.id(), Duration.ofHours(1)).orElseThrow();

        assertThat(next.key()).isNotEqualTo(old.key());
        assertThat(ring.find(org, next.id())).contains(new Entry(next.id(), "reader", READ, now, expiry));
        assertThat(ring.find(org, old.id()).flatMap(Entry::expiresAt)).contains(now.plus(Duration.ofHours(1)));
        now = now.plus(Duration.ofHours(1));
        assertThat(ring.find(org, old.id())).isEmpty();
        assertThat(ring.rotate(org, old.id(), Duration.ZERO)).isEmpty();
    }

    @Test
    void aGraceDoesNotOutliveTheKeysOwnExpiry() {
        Instant expiry = now.plusSeconds(60);
        IssuedKey old = ring.issue(org, "short", READ, Optional.of(expiry)).orElseThrow();

        ring.rotate(org, old.id(), Duration.ofDays(7));

        assertThat(keys.find(old.key().hash()).flatMap(Caller::expiresAt)).contains(expiry);
    }

    @Test
    void howeverManyAreMadeAtOnceTheyAreBounded() {
        AtomicInteger refused = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            for (int i = 0; i < KeyRing.MOST + 20; i++) {
                threads.execute(() -> {
                    try {
                        ring.issue(org, "many", READ, Optional.empty());
                    } catch (TooManyKeys e) {
                        refused.incrementAndGet();
                    }
                });
            }
        }

        assertThat(ring.list(org)).hasSize(KeyRing.MOST);
        assertThat(refused).hasValue(21);
        assertThatThrownBy(() -> ring.rotate(org, made.key().id(), Duration.ofSeconds(1)))
                .isInstanceOf(TooManyKeys.class);
        assertThat(keys.find(made.key().key().hash()).flatMap(Caller::expiresAt))
                .as("nothing was changed")
                .isEmpty();
        assertThat(ring.rotate(org, made.key().id(), Duration.ZERO)).isPresent();
    }

    @Test
    void keysThatEndedAreForgottenAfterADay() {
        IssuedKey ended = ring.issue(org, "ended", READ, Optional.empty()).orElseThrow();
        ring.revoke(org, ended.id());
        ring.issue(org, "next", READ, Optional.empty());
        assertThat(keys.ask(ended.key().hash()).state()).isInstanceOf(Gone.class);

        now = now.plus(Duration.ofHours(25));
        ring.issue(org, "after", READ, Optional.empty());

        assertThat(keys.ask(ended.key().hash()).state()).isEqualTo(KeyState.UNKNOWN);
    }

    private KeyChange state(IssuedKey key) {
        return new KeyChange(key.key().hash(), keys.ask(key.key().hash()).state());
    }

    private long version(IssuedKey key) {
        return keys.ask(key.key().hash()).state().version();
    }
}
