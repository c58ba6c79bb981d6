package dev.triggers.processor.streams;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.jspecify.annotations.Nullable;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.IndexType;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/**
 * RocksDB with one memory bound over all stores of a process: a shared block cache that index and filter blocks count
 * against, and shared memtables. Bloom filters answer look-ups of ids that were never seen: those of all files, the
 * last and largest too, in parts, so that a filter larger than the cache is not read whole for each look-up
 * (<a href="https://github.com/facebook/rocksdb/wiki/Partitioned-Index-Filters">partitioned filters</a>).
 */
public final class BoundedRocksDb implements RocksDBConfigSetter {

    /** Bytes of the block cache, over all stores. */
    public static final String BLOCK_CACHE_BYTES = "triggers.rocksdb.block.cache.bytes";
    /** Bytes of the memtables, over all stores. */
    public static final String WRITE_BUFFER_BYTES = "triggers.rocksdb.write.buffer.bytes";

    private static final int MEMTABLE_BYTES = 4 << 20;
    private static final int FILTER_BITS_PER_KEY = 10;

    private static @Nullable Memory shared;

    private record Memory(Cache blocks, WriteBufferManager memtables) {}

    private @Nullable BloomFilter filter;

    @Override
    public void setConfig(String storeName, Options options, Map<String, Object> configs) {
        Memory memory = memory(configs);
        BloomFilter bloom = new BloomFilter(FILTER_BITS_PER_KEY, false);
        filter = bloom;
        BlockBasedTableConfig table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(memory.blocks());
        table.setCacheIndexAndFilterBlocks(true);
        table.setCacheIndexAndFilterBlocksWithHighPriority(true);
        table.setPinTopLevelIndexAndFilter(true);
        table.setIndexType(IndexType.kTwoLevelIndexSearch);
        table.setPartitionFilters(true);
        table.setFilterPolicy(bloom);
        options.setTableFormatConfig(table);
        // Kafka Streams has it on: no filters in the last level, into which all files but the latest are merged
        options.setOptimizeFiltersForHits(false);
        options.setWriteBufferManager(memory.memtables());
        options.setWriteBufferSize(MEMTABLE_BYTES);
        options.setMaxWriteBufferNumber(2);
    }

    @Override
    public void close(String storeName, Options options) {
        if (filter != null) {
            filter.close();
        }
    }

    private static synchronized Memory memory(Map<String, Object> configs) {
        if (shared == null) {
            RocksDB.loadLibrary();
            Cache blocks = new LRUCache(bytes(configs, BLOCK_CACHE_BYTES));
            shared = new Memory(blocks, new WriteBufferManager(bytes(configs, WRITE_BUFFER_BYTES), blocks));
        }
        return shared;
    }

    private static long bytes(Map<String, Object> configs, String name) {
        return Long.parseLong(String.valueOf(configs.get(name)));
    }
}
