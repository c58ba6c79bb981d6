package dev.triggers.inbox.projection;

import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.Topics;
import dev.triggers.inbox.Events;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What it costs to read a record of the log into a batch. */
@State(Scope.Thread)
public class BatchReaderBenchmark {

    private static final int RECORDS = 500;
    private static final TopicPartition PARTITION = new TopicPartition(Topics.ACCEPTED.name(), 0);

    private final OrgId org = Events.newOrg();
    private final List<ProducerRecord<byte[], byte[]>> sent = LongStream.rangeClosed(1, RECORDS)
            .mapToObj(sequence -> Topics.ACCEPTED.record(
                    org, Events.accepted(org, sequence, "{\"n\":\"%s\"}".formatted("x".repeat(200)))))
            .toList();

    @Benchmark
    @OperationsPerInvocation(RECORDS)
    public int record() {
        List<ConsumerRecord<byte[], byte[]>> polled = LongStream.range(0, RECORDS)
                .mapToObj(offset -> polled(sent.get((int) offset), offset))
                .toList();
        return new BatchReader(Map.of(PARTITION, 0L)).read(polled).size();
    }

    private static ConsumerRecord<byte[], byte[]> polled(ProducerRecord<byte[], byte[]> sent, long offset) {
        Header[] headers = sent.headers().toArray();
        return new ConsumerRecord<>(
                sent.topic(),
                0,
                offset,
                0,
                TimestampType.CREATE_TIME,
                sent.key().length,
                sent.value().length,
                sent.key(),
                sent.value(),
                new RecordHeaders(headers),
                Optional.empty());
    }
}
