package dev.triggers.common.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TopicsTest {

    /** The table as operators and subscribers know it. Names and partition counts never change; settings rarely. */
    @Test
    void theTableIsWhatItIs() {
        String table = Topics.all().stream()
                .map(t -> t.name() + " " + t.partitions() + " " + new TreeMap<>(t.settings()))
                .collect(Collectors.joining("\n"));

        assertThat(table).isEqualTo("""
                triggers.ingested 12 {cleanup.policy=delete, message.timestamp.type=LogAppendTime, retention.bytes=-1, retention.ms=604800000}
                triggers.accepted 12 {cleanup.policy=delete, message.timestamp.type=CreateTime, retention.bytes=-1, retention.ms=2678400000}
                triggers.rejected 12 {cleanup.policy=delete, message.timestamp.type=CreateTime, retention.bytes=-1, retention.ms=2678400000}
                triggers.throttled 12 {cleanup.policy=compact,delete, message.timestamp.type=LogAppendTime, retention.bytes=-1, retention.ms=86400000, segment.ms=3600000}
                triggers.dispositions 12 {cleanup.policy=delete, message.timestamp.type=CreateTime, retention.bytes=-1, retention.ms=2678400000}
                triggers.dead-letters 12 {cleanup.policy=delete, message.timestamp.type=CreateTime, retention.bytes=-1, retention.ms=2592000000}""");
    }
}
