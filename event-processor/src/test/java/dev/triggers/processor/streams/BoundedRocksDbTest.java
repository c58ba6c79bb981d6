package dev.triggers.processor.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.CompactionStyle;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.Statistics;
import org.rocksdb.TickerType;

/** RocksDB with the settings that Kafka Streams begins with and ours on top. */
class BoundedRocksDbTest {

    private static final Map<String, Object> CONFIGS = Map.of(
            BoundedRocksDb.BLOCK_CACHE_BYTES, 16L << 20,
            BoundedRocksDb.WRITE_BUFFER_BYTES, 16L << 20);
    private static final int IDS = 50_000;
    private static final int LOOKUPS = 1_000;

    private final Random random = new Random(1);

    @TempDir
    private Path directory;

    @Test
    void anIdThatWasNeverSeenIsAnsweredByAFilterOnceAllFilesAreMergedToo() throws Exception {
        BoundedRocksDb bounded = new BoundedRocksDb();
        try (Statistics statistics = new Statistics();
                Options options = likeKafkaStreams().setStatistics(statistics)) {
            bounded.setConfig("seen", options, CONFIGS);
            try (RocksDB seen = RocksDB.open(options, directory.toString())) {
                fill(seen);
                seen.compactRange();
                long before = dataBlocks(statistics);
                for (int i = 0; i < LOOKUPS; i++) {
                    assertThat(seen.get(id())).isNull();
                }
                assertThat(statistics.getTickerCount(TickerType.BLOOM_FILTER_USEFUL))
                        .isGreaterThan(LOOKUPS * 95 / 100);
                assertThat(dataBlocks(statistics) - before).isLessThan(LOOKUPS * 5 / 100);
            }
            bounded.close("seen", options);
        }
    }

    private void fill(RocksDB seen) throws RocksDBException {
        for (int i = 0; i < IDS; i++) {
            seen.put(id(), new byte[32]);
        }
        try (FlushOptions flush = new FlushOptions()) {
            seen.flush(flush);
        }
    }

    private byte[] id() {
        byte[] id = new byte[28];
        random.nextBytes(id);
        return id;
    }

    private static long dataBlocks(Statistics statistics) {
        return statistics.getTickerCount(TickerType.BLOCK_CACHE_DATA_HIT)
                + statistics.getTickerCount(TickerType.BLOCK_CACHE_DATA_MISS);
    }

    /** What {@code RocksDBStore.openDB} sets before it asks a config setter. */
    private static Options likeKafkaStreams() {
        return new Options()
                .setCreateIfMissing(true)
                .setCompactionStyle(CompactionStyle.UNIVERSAL)
                .setOptimizeFiltersForHits(true)
                .setTableFormatConfig(new BlockBasedTableConfig());
    }
}
