package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.disposition.Disposition.Began;
import dev.triggers.common.disposition.Disposition.Stamp;
import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Start;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Accepted;
import dev.triggers.inbox.Events;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Raw SQL as the role that serves requests, without any WHERE. */
@ExtendWith(RealBackendsExtension.class)
class RowLevelSecurityIT {

    private static final OrgId ORG = Events.newOrg();
    private static final OrgId OTHER = Events.newOrg();

    private static InboxRig rig;

    @BeforeAll
    static void twoOrgsHaveOneOfEverything(RealBackends real) {
        rig = new InboxRig(real);
        for (OrgId org : List.of(ORG, OTHER)) {
            Accepted first = Events.accepted(org, 1);
            Accepted second = Events.accepted(org, 2);
            rig.project(
                    List.of(first, second),
                    List.of(Events.duplicate(first, org.value().hashCode() & 0xffff)),
                    List.of(began(org)));
            rig.inbox().acknowledge(org, List.of(second.event().id()));
        }
    }

    private static Began began(OrgId org) {
        Receipt receipt = new Receipt(1, org.value().hashCode() & 0xffff);
        return new Began(
                org, new InboxId(UUID.randomUUID()), Start.NOW, new Stamp(1, 2, receipt, Events.START, Events.START));
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"event", "rejection", "head", "inbox", "delivery", "marker"})
    void aQueryThatForgetsItsWhereSeesOneOrg(String table) throws SQLException {
        List<String> orgs =
                InboxRig.rows(rig.reader, naming(ORG.toString()), "select distinct org from inbox." + table);
        assertThat(orgs).containsExactly(ORG.toString());
        assertThat(InboxRig.rows(rig.writer, "select count(distinct org) from inbox." + table))
                .containsExactly("2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"event", "rejection", "head", "inbox", "delivery", "marker"})
    void withoutAnOrgThereIsNothingToSee(String table) throws SQLException {
        assertThat(InboxRig.rows(rig.reader, "select count(*) from inbox." + table))
                .containsExactly("0");
        assertThat(InboxRig.rows(rig.reader, naming(""), "select count(*) from inbox." + table))
                .containsExactly("0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"event_20261123", "rejection_20261123", "position"})
    void aPartitionOrAPositionIsNotForTheReaderAtAll(String table) {
        assertThatThrownBy(
                        () -> InboxRig.rows(rig.reader, naming(ORG.toString()), "select count(*) from inbox." + table))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("permission denied");
    }

    @Test
    void theReaderCanNotWriteForAnotherOrg() {
        assertThatThrownBy(() -> InboxRig.rows(
                        rig.reader,
                        naming(ORG.toString()),
                        "insert into inbox.inbox (id, org, key) values (gen_random_uuid(), '" + OTHER
                                + "', 'x') returning id"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("row-level security");
    }

    @Test
    void theReaderCanNotTouchAnotherOrgsState() throws SQLException {
        assertThat(InboxRig.rows(
                        rig.reader,
                        naming(ORG.toString()),
                        "update inbox.inbox set frontier = 99 where org = '" + OTHER + "' returning id"))
                .isEmpty();
        assertThat(InboxRig.rows(
                        rig.reader,
                        naming(ORG.toString()),
                        "delete from inbox.delivery where org = '" + OTHER + "' returning id"))
                .isEmpty();
    }

    @Test
    void theReaderOwnsNothingAndBypassesNothing() throws SQLException {
        assertThat(InboxRig.rows(
                        rig.owner,
                        "select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = 'triggers_reader'"))
                .containsExactly("f f f");
        assertThat(InboxRig.rows(rig.owner, "select count(*) from pg_tables where tableowner = 'triggers_reader'"))
                .containsExactly("0");
        assertThat(InboxRig.rows(
                        rig.owner,
                        "select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                                + " where n.nspname = 'inbox' and relkind in ('r', 'p') and not relispartition"
                                + " and not (relrowsecurity and relforcerowsecurity) order by 1"))
                .containsExactly("decided", "flyway_schema_history", "position", "secret");
    }

    private static String naming(String org) {
        return "select set_config('app.org', '" + org + "', true)";
    }
}
