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
import dev.triggers.inbox.Operations.Asker;
import dev.triggers.inbox.Operations.From.FromSequence;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Raw SQL as the role that serves requests, without any WHERE. */
@ExtendWith(RealBackendsExtension.class)
class RowLevelSecurityIT {

    private static final OrgId ORG = Events.newOrg();
    private static final OrgId OTHER = Events.newOrg();

    /** Tables that say nothing of any org. Every other table has to be covered by a policy, and by this test's rows. */
    private static final List<String> OF_NO_ORG =
            List.of("decided", "flyway_schema_history", "generation", "position", "rebuild", "secret");

    private static final String ORG_OF_THE_TRANSACTION =
            "(org = (NULLIF(current_setting('app.org'::text, true), ''::text))::uuid)";

    private static InboxRig rig;

    @BeforeAll
    static void twoOrgsHaveOneOfEverything(RealBackends real) throws SQLException {
        rig = new InboxRig(real);
        for (OrgId org : List.of(ORG, OTHER)) {
            Accepted first = Events.accepted(org, 1);
            Accepted second = Events.accepted(org, 2);
            rig.project(
                    List.of(first, second),
                    List.of(Events.duplicate(first, org.value().hashCode() & 0xffff)),
                    List.of(began(org)));
            rig.inbox().acknowledge(org, List.of(second.event().id()));
            new PostgresOperations(rig.reader, rig.log::add)
                    .replay(org, InboxId.defaultOf(org), new FromSequence(1), new Asker("key"));
            InboxRig.execute(
                    rig.writer,
                    "insert into inbox.notification (inbox, org, counted) values ('" + InboxId.defaultOf(org) + "', '"
                            + org + "', 0)");
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

    /** All there are, so that a new one that is not covered is found. */
    static List<String> tables() throws SQLException {
        return InboxRig.rows(
                        rig.owner,
                        "select relname from pg_class where relnamespace = 'inbox'::regnamespace"
                                + " and relkind in ('r', 'p', 'v', 'm', 'f') and not relispartition order by 1")
                .stream()
                .filter(table -> !OF_NO_ORG.contains(table))
                .toList();
    }

    static List<String> partitions() throws SQLException {
        return InboxRig.rows(
                rig.owner,
                "select relname from pg_class where relnamespace = 'inbox'::regnamespace"
                        + " and relkind = 'r' and relispartition order by 1");
    }

    @ParameterizedTest
    @MethodSource("tables")
    void eachTableIsHeldToTheOrgOfTheTransaction(String table) throws SQLException {
        assertThat(InboxRig.rows(
                        rig.owner,
                        "select relrowsecurity, relforcerowsecurity from pg_class where oid = 'inbox." + table
                                + "'::regclass"))
                .containsExactly("t t");
        assertThat(InboxRig.rows(
                        rig.owner,
                        "select permissive, roles::text, cmd, qual, with_check from pg_policies"
                                + " where schemaname = 'inbox' and tablename = '" + table + "'"))
                .containsExactly(
                        "PERMISSIVE {triggers_reader} ALL " + ORG_OF_THE_TRANSACTION + " " + ORG_OF_THE_TRANSACTION);
    }

    @ParameterizedTest
    @MethodSource("tables")
    void aQueryThatForgetsItsWhereSeesOneOrg(String table) throws SQLException {
        List<String> orgs =
                InboxRig.rows(rig.reader, naming(ORG.toString()), "select distinct org from inbox." + table);
        assertThat(orgs).containsExactly(ORG.toString());
        assertThat(InboxRig.rows(rig.writer, "select count(distinct org) from inbox." + table))
                .containsExactly("2");
    }

    @ParameterizedTest
    @MethodSource("tables")
    void withoutAnOrgThereIsNothingToSee(String table) throws SQLException {
        assertThat(InboxRig.rows(rig.reader, "select count(*) from inbox." + table))
                .containsExactly("0");
        assertThat(InboxRig.rows(rig.reader, naming(""), "select count(*) from inbox." + table))
                .containsExactly("0");
    }

    @Test
    void noPartitionIsForTheReaderAtAll() throws SQLException {
        assertThat(partitions())
                .contains(Events.partition("event", Events.DAY), Events.partition("rejection", Events.DAY))
                .allSatisfy(partition -> {
                    assertNothingToSee(partition, naming(ORG.toString()));
                    assertNothingToSee(partition, "select 1");
                });
    }

    @Test
    void whatIsOfNoOrgIsNotForTheReaderEither() {
        for (String table : List.of("position", "rebuild", "flyway_schema_history")) {
            assertNothingToSee(table, naming(ORG.toString()));
        }
    }

    private static void assertNothingToSee(String table, String before) {
        assertThatThrownBy(() -> InboxRig.rows(rig.reader, before, "select count(*) from inbox." + table))
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
    }

    private static String naming(String org) {
        return "select set_config('app.org', '" + org + "', true)";
    }
}
