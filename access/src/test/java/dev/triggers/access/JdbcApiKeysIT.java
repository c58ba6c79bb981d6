package dev.triggers.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.limit.Plan;
import dev.triggers.common.limit.Tier;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(RealBackendsExtension.class)
class JdbcApiKeysIT extends ApiKeysContract {

    private HikariDataSource dataSource;
    private JdbcOrgs orgs;
    private JdbcApiKeys keys;

    @BeforeEach
    void open(RealBackends backends) {
        dataSource = TestPostgres.migrated(backends.freshDatabase("jdbc_keys"));
        orgs = new JdbcOrgs(dataSource, InstantSource.system(), KeyChanges.NOBODY);
        keys = new JdbcApiKeys(dataSource);
    }

    @AfterEach
    void close() {
        dataSource.close();
    }

    @Override
    ApiKeys keys() {
        return keys;
    }

    @Override
    Known known() {
        NewOrg created = orgs.create("known", Tier.PRO);
        return new Known(created.key().key(), TestOrgs.callerOf(created));
    }

    @Test
    void aRevokedKeyIsNobody() throws SQLException {
        Known known = known();

        run("update access.api_key set revoked_at = now(), version = version + 1");

        assertThat(keys.find(known.key().hash())).isEmpty();
    }

    @Test
    void anOrgsOwnNumbersComeBeforeItsTiers() throws SQLException {
        Known known = known();

        run("update access.org set limit_per_minute = 30, burst = 60, suspended = true, version = version + 1");

        Caller caller = keys.find(known.key().hash()).orElseThrow();
        assertThat(caller.plan()).isEqualTo(Plan.parse("2;30;60"));
        assertThat(caller.suspended()).isTrue();
        assertThat(caller.version()).isEqualTo(3);
    }

    @Test
    void anExpiredKeyIsAnsweredWithItsExpiry() throws SQLException {
        Known known = known();

        run("update access.api_key set expires_at = '2020-01-01T00:00:00Z'");

        assertThat(keys.find(known.key().hash()).flatMap(Caller::expiresAt))
                .contains(Instant.parse("2020-01-01T00:00:00Z"));
    }

    @Test
    void aKeyHasTheScopesItWasIssuedWith() {
        NewOrg created = orgs.create("scopes", Tier.FREE);

        IssuedKey issued = orgs.issueKey(created.org().id(), "reader", Set.of(Scope.INBOX_READ))
                .orElseThrow();

        assertThat(keys.find(issued.key().hash()).map(Caller::scopes)).contains(Set.of(Scope.INBOX_READ));
    }

    @Test
    void whileTheSchemaIsNotThereNothingIsDecided(RealBackends backends) {
        try (HikariDataSource empty = TestPostgres.pool(backends.freshDatabase("jdbc_empty"))) {
            JdbcApiKeys early = new JdbcApiKeys(empty);

            assertThatThrownBy(() -> early.find(Keys.fresh().hash())).isInstanceOf(KeysUnavailable.class);
            assertThat(early.failing()).isTrue();
        }
    }

    @Test
    void hitsAndMissesAreAllLookUps() {
        Known known = known();

        keys.find(known.key().hash());
        keys.find(Keys.fresh().hash());
        keys.find(Keys.fresh().hash());

        assertThat(keys.lookUps().hits()).isEqualTo(1);
        assertThat(keys.lookUps().misses()).isEqualTo(2);
    }

    @Test
    void noKeyIsWrittenOnlyItsHash() throws SQLException {
        Known known = known();

        try (Connection connection = dataSource.getConnection();
                Statement all = connection.createStatement();
                var row = all.executeQuery("select k::text from access.api_key k")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getString(1))
                    .contains(known.key().id())
                    .doesNotContain(known.key().reveal().substring(18));
        }
    }

    @Test
    void anOrgIsFoundAsItWasCreated() {
        Org org = orgs.create("Größe & Söhne", Tier.BUSINESS).org();

        assertThat(orgs.find(org.id())).contains(org);
        assertThat(orgs.findByName("Größe & Söhne")).contains(org);
        assertThat(orgs.findByName("nobody")).isEmpty();
    }

    @Test
    void aNameMustBePrintable() {
        for (String name : new String[] {"", " ", "a\u0000b", "x".repeat(101)}) {
            assertThatThrownBy(() -> orgs.create(name, Tier.FREE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("name: ");
        }
    }

    @Test
    void anUnknownOrgGetsNoKey() {
        assertThat(orgs.issueKey(Keys.caller(Keys.fresh()).org(), "any", Scope.all()))
                .isEqualTo(Optional.empty());
    }

    private void run(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
