package dev.triggers.access;

import java.time.Duration;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.State;

/** What it costs to know who is calling, once the key was seen. */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
public class KeyCheckBenchmark {

    private final ApiKey key = Keys.fresh();
    private final String presented = key.reveal();
    private final ApiKeyHash hash = key.hash();
    private final CaffeineApiKeys keys = new CaffeineApiKeys(
            known(key),
            new KeyCachePolicy(
                    10_000,
                    10_000,
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(10)));

    private static FakeApiKeys known(ApiKey key) {
        FakeApiKeys known = new FakeApiKeys();
        known.add(key);
        return known;
    }

    /** The look-up alone. */
    @Benchmark
    public Optional<Caller> hit() {
        return keys.find(hash);
    }

    /** What a caller sent: its shape, its CRC and its SHA-256. */
    @Benchmark
    public Optional<ApiKeyHash> hashed() {
        return ApiKey.parse(presented).map(ApiKey::hash);
    }

    /** Both. */
    @Benchmark
    public Optional<Caller> checked() {
        return ApiKey.parse(presented).map(ApiKey::hash).flatMap(keys::find);
    }
}
