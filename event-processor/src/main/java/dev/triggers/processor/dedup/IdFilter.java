package dev.triggers.processor.dedup;

import java.util.ArrayList;
import java.util.List;

/**
 * A set of 128-bit ids that may only err by taking in too many: it says of an id that it is not there, or that it may be. A
 * Bloom filter whose bits of an id lie in one cache line (Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom
 * Filters, 2007; the multipliers are those of Parquet's split block Bloom filter). It begins with 16 KiB for 8,192 ids and doubles by
 * another part twice as large; of ids that are not there it takes in less than 1 in 100. Where its pool has no more room
 * it takes in more and more of them, and all where it never had any. Not for use by several threads.
 */
final class IdFilter {

    private static final int WORDS_A_BLOCK = 8;
    private static final int IDS_A_BLOCK = 32;
    private static final int FIRST_BLOCKS = 256;
    private static final int MOST_BLOCKS = 1 << 18;

    private static final int[] MULTIPLIERS = {
        0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31
    };

    private final FilterPool pool;
    /** The last is the one that is filled. */
    private final List<long[]> parts = new ArrayList<>();

    private long roomLeft;
    private long bytes;
    private boolean unknown;

    IdFilter(FilterPool pool) {
        this.pool = pool;
    }

    void add(long high, long low) {
        if (roomLeft == 0) {
            grow();
        }
        roomLeft--;
        if (!parts.isEmpty()) {
            mark(parts.getLast(), hash(high, low));
        }
    }

    /** False: it was certainly never added. */
    boolean mayHave(long high, long low) {
        long hash = hash(high, low);
        for (int i = parts.size() - 1; i >= 0; i--) {
            if (isMarked(parts.get(i), hash)) {
                return true;
            }
        }
        return unknown;
    }

    /** What it holds of its pool. */
    long bytes() {
        return bytes;
    }

    /** Gives its room back. It is not to be used after that. */
    void close() {
        pool.give(bytes);
        bytes = 0;
        parts.clear();
        unknown = true;
    }

    /** Without room the last part is filled further, for as many ids as a new one would have been for. */
    private void grow() {
        int blocks = parts.isEmpty() ? FIRST_BLOCKS : Math.min(MOST_BLOCKS, parts.getLast().length / WORDS_A_BLOCK * 2);
        long wanted = (long) blocks * WORDS_A_BLOCK * Long.BYTES;
        if (pool.take(wanted)) {
            bytes += wanted;
            parts.add(new long[blocks * WORDS_A_BLOCK]);
        } else if (parts.isEmpty()) {
            unknown = true;
        }
        roomLeft = (long) blocks * IDS_A_BLOCK;
    }

    private static void mark(long[] part, long hash) {
        int block = block(part, hash);
        for (int i = 0; i < WORDS_A_BLOCK; i++) {
            part[block + i] |= bit(hash, i);
        }
    }

    private static boolean isMarked(long[] part, long hash) {
        int block = block(part, hash);
        for (int i = 0; i < WORDS_A_BLOCK; i++) {
            if ((part[block + i] & bit(hash, i)) == 0) {
                return false;
            }
        }
        return true;
    }

    /** Where the block of a hash begins: its upper half, scaled. */
    private static int block(long[] part, long hash) {
        return (int) (((hash >>> 32) * (part.length / WORDS_A_BLOCK)) >>> 32) * WORDS_A_BLOCK;
    }

    /** One bit of each word, by the lower half. */
    private static long bit(long hash, int word) {
        return 1L << (((int) hash * MULTIPLIERS[word]) >>> 26);
    }

    /** Ids made of time have the same upper bits: mixed as in SplitMix64 (Steele, Lea, Flood, 2014). */
    private static long hash(long high, long low) {
        long mixed = high * 0x9e3779b97f4a7c15L + low;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
