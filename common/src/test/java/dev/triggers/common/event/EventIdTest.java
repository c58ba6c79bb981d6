package dev.triggers.common.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EventIdTest {

    private static final OrgId ORG = OrgId.parse("0197a2c4-8f00-7000-8000-000000000001");
    private static final OrgId OTHER = OrgId.parse("0197a2c4-8f00-7000-8000-000000000002");

    @Test
    void theSameNameInTheSameOrgAndSourceIsTheSameIdOnEveryInstance() {
        EventId id = EventId.named(ORG, "shop", new DedupId("order-1"));

        // Pinned: another value here would let retries over an upgrade in twice.
        assertThat(id).hasToString("bd70ebf4-69fe-895d-91df-627f09e5aa91");
        assertThat(EventId.named(ORG, "shop", new DedupId("order-1"))).isEqualTo(id);
        assertThat(id.value().version()).isEqualTo(8);
        assertThat(id.value().variant()).isEqualTo(2);
    }

    @Test
    void anotherOrgSourceOrNameIsAnotherId() {
        EventId id = EventId.named(ORG, "shop", new DedupId("order-1"));

        assertThat(EventId.named(OTHER, "shop", new DedupId("order-1"))).isNotEqualTo(id);
        assertThat(EventId.named(ORG, "shop2", new DedupId("order-1"))).isNotEqualTo(id);
        assertThat(EventId.named(ORG, "shop", new DedupId("order-2"))).isNotEqualTo(id);
    }

    @Test
    void charactersDoNotMoveBetweenSourceAndName() {
        assertThat(EventId.named(ORG, "a", new DedupId("bc"))).isNotEqualTo(EventId.named(ORG, "ab", new DedupId("c")));
    }

    @Test
    void aFreshIdIsOrderedByTimeAndNeverTwiceTheSame() {
        EventId earlier = EventId.fresh(Instant.ofEpochMilli(1_000));
        EventId later = EventId.fresh(Instant.ofEpochMilli(1_001));

        assertThat(earlier.value().version()).isEqualTo(7);
        assertThat(earlier.value().variant()).isEqualTo(2);
        assertThat(earlier.toString()).isLessThan(later.toString());
        assertThat(EventId.fresh(Instant.ofEpochMilli(1_000))).isNotEqualTo(earlier);
    }

    @Test
    void onlyTheCanonicalTextIsAnId() {
        UUID uuid = UUID.fromString("0197a2c4-8f00-7000-8000-00000000000a");

        assertThat(EventId.parse(uuid.toString())).isEqualTo(new EventId(uuid));
        assertThatThrownBy(() -> EventId.parse(uuid.toString().toUpperCase(Locale.ROOT)))
                .hasMessageContaining("(expected: a UUID in lower case)");
        assertThatThrownBy(() -> EventId.parse("1-1-1-1-1")).hasMessageContaining("id: 1-1-1-1-1");
    }
}
