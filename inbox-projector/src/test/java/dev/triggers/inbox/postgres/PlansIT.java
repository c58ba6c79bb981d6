package dev.triggers.inbox.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.backends.testing.RealBackendsExtension;
import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.Events;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Statements that are planned once: a plan made while nothing is known of the tables has to do for full ones. */
@ExtendWith(RealBackendsExtension.class)
class PlansIT {

    private static final String RANGES = "'{1}'::bigint[], '{9}'::bigint[], ";
    private static final String FILTERED = "bigint[], bigint[], uuid, text, text, text";
    private static final UUID SOME = new UUID(1, 2);

    private static InboxRig rig;

    @BeforeAll
    static void start(RealBackends real) throws Exception {
        rig = new InboxRig(real);
        rig.days.ensure(List.of(LocalDate.ofInstant(Events.START, ZoneOffset.UTC)));
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    static List<Arguments> statements() {
        String one = "'" + SOME + "'::uuid";
        return List.of(
                Arguments.of(
                        "ids of events",
                        EventIds.SEQUENCES,
                        "uuid[], uuid",
                        "array[" + one + "], " + one,
                        "event_id = "),
                Arguments.of(
                        "a page of what is open",
                        OpenPage.QUERY,
                        "uuid, uuid, bigint, uuid, bigint, bigint, bigint, uuid, uuid, bigint",
                        String.join(", ", one, one, "0", one, "0", "101", "100", one, one, "8388608"),
                        "sequence >= "),
                Arguments.of(
                        "a page",
                        PageQuery.EVENTS,
                        "bigint, bigint[], bigint[], uuid, uuid, text, text",
                        "1, " + RANGES + one + ", " + one + ", null::text, null::text",
                        "sequence >= "),
                Arguments.of(
                        "messages with data",
                        MessageRows.WITH_DATA,
                        FILTERED,
                        RANGES + one + ", null::text, '', null::text",
                        "sequence >= "),
                Arguments.of(
                        "messages that a filter takes",
                        MessageRows.MATCHING,
                        FILTERED,
                        RANGES + one + ", null::text, '', null::text",
                        "sequence >= "));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("statements")
    void eventsAreFoundByTheirIndex(String name, String statement, String types, String values, String condition) {
        List<String> plan = OrgTransactions.plannedOnce(rig.reader).read(new OrgId(SOME), connection -> {
            try (Statement sql = connection.createStatement()) {
                sql.execute("prepare planned (" + types + ") as " + numbered(statement));
                List<String> lines = new ArrayList<>();
                try (ResultSet row = sql.executeQuery("explain execute planned(" + values + ")")) {
                    while (row.next()) {
                        lines.add(row.getString(1));
                    }
                }
                sql.execute("deallocate planned");
                return lines;
            }
        });

        List<Integer> scans = IntStream.range(0, plan.size())
                .filter(i -> plan.get(i).contains(" on event_"))
                .boxed()
                .toList();
        assertThat(scans).as(String.join("\n", plan)).isNotEmpty().allSatisfy(line -> {
            assertThat(plan.get(line)).contains("Index ");
            assertThat(plan.get(line + 1)).contains("Index Cond: ").contains(condition);
        });
    }

    /** With numbers for its question marks. */
    private static String numbered(String statement) {
        String[] parts = statement.split("\\?", -1);
        return parts[0]
                + IntStream.range(1, parts.length)
                        .mapToObj(i -> "$" + i + parts[i])
                        .collect(Collectors.joining());
    }
}
