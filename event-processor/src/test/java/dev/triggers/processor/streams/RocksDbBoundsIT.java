package dev.triggers.processor.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.testing.RealBackends;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.MetricName;
import org.junit.jupiter.api.Test;

/** RocksDB as it runs: what it wrote down of its options, and what it says of its memory. */
class RocksDbBoundsIT extends ProcessorOnKafka {

    RocksDbBoundsIT(RealBackends real) {
        super(real);
    }

    @Test
    void everyStoreAndEverySegmentHasBloomFiltersAndItsPartOfOneBound() throws Exception {
        try (ProcessorRunner runner = start("bounded")) {
            // decision time may be as early as the ingest stamp, so that the ids fall into segments 18 h apart
            Instant now = Instant.now();
            submit(org, now.minus(Duration.ofHours(30)), "early");
            submit(org, now, "late");
            await().atMost(SOON).until(() -> outcomes().equals(List.of("early 1", "late 2")));

            Map<Path, String> options = options(directory.resolve("bounded"));
            assertThat(options.keySet())
                    .filteredOn(file -> file.toString().contains("/seen/"))
                    .hasSizeGreaterThan(1);
            assertThat(options.keySet())
                    .filteredOn(file -> file.toString().endsWith("/orgs"))
                    .hasSize(PARTITIONS);
            assertThat(options.values())
                    .allSatisfy(written -> assertThat(written)
                            .contains("filter_policy=bloomfilter:10")
                            .contains("optimize_filters_for_hits=false")
                            .contains("partition_filters=true")
                            .contains("cache_index_and_filter_blocks=true")
                            .contains("write_buffer_size=4194304")
                            .contains("max_write_buffer_number=2"));

            // not twice as much for the store with two segments: it is one cache; 0 for stores without a segment yet
            assertThat(said(runner, "block-cache-capacity").values()).hasSize(2 * PARTITIONS);
            assertThat(said(runner, "block-cache-capacity").values())
                    .filteredOn(bytes -> bytes != 0)
                    .hasSizeGreaterThan(PARTITIONS)
                    .containsOnly((long) BLOCK_CACHE_BYTES);
            assertThat(said(runner, "block-cache-usage").values())
                    .filteredOn(bytes -> bytes != 0)
                    .hasSizeGreaterThan(PARTITIONS)
                    .allSatisfy(bytes -> assertThat(bytes).isLessThanOrEqualTo(BLOCK_CACHE_BYTES));
            assertThat(said(runner, "size-all-mem-tables").values().stream()
                            .mapToLong(Long::longValue)
                            .sum())
                    .isLessThanOrEqualTo(WRITE_BUFFER_BYTES);
        }
    }

    /** The options that each database of a state directory runs with, the latest it wrote. */
    private static Map<Path, String> options(Path state) throws IOException {
        try (Stream<Path> files = Files.walk(state)) {
            return files.filter(file -> file.getFileName().toString().startsWith("OPTIONS-")
                            && !file.toString().endsWith(".dbtmp"))
                    .collect(Collectors.toMap(Path::getParent, RocksDbBoundsIT::text, (one, _) -> one));
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What RocksDB says in a figure, by task and store. */
    private static Map<String, Long> said(ProcessorRunner runner, String figure) {
        return runner.streamsMetrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals(figure))
                .collect(Collectors.toMap(
                        metric -> place(metric.getKey()),
                        metric -> ((Number) metric.getValue().metricValue()).longValue()));
    }

    private static String place(MetricName metric) {
        return metric.tags().get("task-id") + " " + metric.tags();
    }
}
