package dev.triggers.processor.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.testing.RealBackends;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.event.Uuids;
import dev.triggers.common.wire.Topics;
import dev.triggers.processor.topology.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an instance has to restore before it decides in the place of one that is gone, with a standby and without. */
class StandbyIT extends ProcessorOnKafka {

    private static final int STORES = 2;
    private static final int IDS = 100;
    private static final Duration COMMIT_INTERVAL = Duration.ofMillis(50);

    /** One in each partition. */
    private final Map<Integer, OrgId> orgs = new HashMap<>();

    StandbyIT(RealBackends real) {
        super(real);
    }

    @BeforeEach
    void anOrgInEachPartition() {
        for (long i = 0; orgs.size() < PARTITIONS; i++) {
            OrgId candidate = new OrgId(Uuids.ordered(Instant.now().plusMillis(i)));
            byte[] key = Topics.ORG_ID.serializer().serialize(Topics.INGESTED.name(), candidate);
            orgs.put(BuiltInPartitioner.partitionForKey(key, PARTITIONS), candidate);
        }
    }

    @Test
    void aStandbyHasTheStateWhenTheActiveInstanceIsKilled() throws Exception {
        try (ProcessorInAnotherJvm active = startActive("active-0", 1)) {
            try (ProcessorRunner standby = start("standby", "standby-0", Tally.NONE, 1)) {
                int moving = share(standby);
                assertThat(membersForGood()).containsExactlyInAnyOrder("active-0-1", "standby-0-1");
                remember();
                await().atMost(SOON)
                        .until(() -> standby.standby().copies() == moving * STORES
                                && standby.standby().loaded() >= (long) moving * IDS * STORES
                                && standby.standby().behind() == 0);
                long before = standby.restoredRecords();

                active.kill();
                decideOn();

                assertThat(standby.partitions()).hasSize(PARTITIONS);
                assertThat(standby.restoredRecords() - before).isLessThan(IDS / 10);
                assertThat(standby.standby().copies()).isZero();
            }
        }
    }

    @Test
    void withoutAStandbyAllOfTheStateIsRestored() throws Exception {
        try (ProcessorRunner active = start("active", "", Tally.NONE, 0)) {
            await().atMost(SOON).until(() -> active.waitingFor().isEmpty());
            try (ProcessorRunner other = start("other", "", Tally.NONE, 0)) {
                int moving = share(other);
                remember();
                long before = other.restoredRecords();

                stop(active);
                decideOn();

                assertThat(other.partitions()).hasSize(PARTITIONS);
                assertThat(other.restoredRecords() - before).isGreaterThanOrEqualTo((long) moving * IDS);
            }
        }
    }

    private ProcessorInAnotherJvm startActive(String name, int standbyReplicas) throws Exception {
        ProcessorInAnotherJvm active = ProcessorInAnotherJvm.start(
                real.kafkaBootstrap(), directory.resolve(name), name, standbyReplicas, COMMIT_INTERVAL);
        for (OrgId org : orgs.values()) {
            submit(org, Instant.now(), "first");
        }
        for (OrgId org : orgs.values()) {
            await().atMost(SOON).until(() -> outcomes(org, "read_committed").equals(List.of("first 1")));
        }
        return active;
    }

    /** Under which names the threads are members of the group (KIP-345). */
    private List<String> membersForGood() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", real.kafkaBootstrap()))) {
            return admin.describeConsumerGroups(List.of(StreamsSettings.APPLICATION_ID)).all().get().values().stream()
                    .flatMap(group -> group.members().stream())
                    .map(member -> member.groupInstanceId().orElse("nobody for good"))
                    .toList();
        }
    }

    /** Waits until an instance decides some partitions, and says how many are decided by the other. */
    private static int share(ProcessorRunner joined) {
        await().atMost(SOON)
                .until(() -> joined.waitingFor().isEmpty()
                        && !joined.partitions().isEmpty()
                        && joined.partitions().size() < PARTITIONS);
        return PARTITIONS - joined.partitions().size();
    }

    private void remember() throws Exception {
        for (OrgId org : orgs.values()) {
            submit(org, Instant.now(), ids().toArray(String[]::new));
            await().atMost(SOON).until(() -> accepted(org).size() >= IDS);
        }
    }

    /** Each org sends what it sent before, and something new: one is a duplicate, the other has the next sequence. */
    private void decideOn() throws Exception {
        for (OrgId org : orgs.values()) {
            List<String> before = accepted(org);
            submit(org, Instant.now(), "id-0", "after");
            List<String> expected = new ArrayList<>(before);
            expected.add("after " + (before.size() + 1));
            expected.add("duplicate of " + (before.indexOf("id-0 " + (before.size() - IDS + 1)) + 1));
            await().atMost(SOON)
                    .untilAsserted(
                            () -> assertThat(outcomes(org, "read_committed")).isEqualTo(expected));
        }
    }

    /** The accepted ones; that the n-th has sequence n is held here for each. */
    private List<String> accepted(OrgId org) {
        List<String> accepted = outcomes(org, "read_committed");
        for (int i = 0; i < accepted.size(); i++) {
            assertThat(accepted.get(i)).endsWith(" " + (i + 1));
        }
        return accepted;
    }

    private static List<String> ids() {
        return IntStream.range(0, IDS).mapToObj(i -> "id-" + i).toList();
    }
}
