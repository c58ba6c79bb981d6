package dev.triggers.access.config;

import dev.triggers.access.KeyCachePolicy;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * All settings of access, under {@code triggers.access}.
 *
 * @param adminTokens the operator's tokens: at most two, 16 characters and up each; none: no admin API
 */
@ConfigurationProperties("triggers.access")
public record AccessConfig(
        @DefaultValue List<String> adminTokens,
        @DefaultValue Postgres postgres,
        @DefaultValue Redis redis,
        @DefaultValue Cache cache,
        @DefaultValue Guesses guesses) {

    private static final int MOST_TOKENS = 2;
    private static final int SHORTEST_TOKEN = 16;

    public AccessConfig {
        adminTokens = adminTokens.stream().filter(token -> !token.isBlank()).toList();
        require("admin_tokens", adminTokens.size() <= MOST_TOKENS, adminTokens.size(), "at most " + MOST_TOKENS);
        for (String token : adminTokens) {
            require("admin_token", token.length() >= SHORTEST_TOKEN, token.length() + " characters", "16 and up");
        }
        cache.policy(); // which refuses what it must
    }

    /** Everything but the tokens. */
    @Override
    public String toString() {
        return adminTokens.size() + " admin tokens, " + postgres + ", " + redis + ", " + cache + ", " + guesses;
    }

    /**
     * Where keys and organisations are kept.
     *
     * <p>How large a pool: a look-up takes one connection for about a round trip, and memory and Redis leave about
     * {@code keys in use / 20 s} look-ups a second to all instances together, so a pool of 4 carries some thousand a
     * second at a round trip of a millisecond. It is bounded above by what Postgres has: {@code instances × pool ≤
     * max_connections − 10}, which is checked when Postgres first answers.
     *
     * @param instances how many processes have such a pool in this Postgres
     * @param pool most connections of this instance
     * @param connectionTimeout the longest a look-up waits for one
     * @param answerTimeout the longest a look-up waits for an answer; whole seconds
     */
    public record Postgres(
            @DefaultValue("jdbc:postgresql://localhost:5432/triggers")
            String url,

            @DefaultValue("triggers") String user,
            @DefaultValue("") String password,
            @DefaultValue("1") int instances,
            @DefaultValue("4") int pool,
            @DefaultValue("1s") Duration connectionTimeout,
            @DefaultValue("2s") Duration answerTimeout) {

        public Postgres {
            require("postgres.url", url.startsWith("jdbc:postgresql:"), url, "jdbc:postgresql://…");
            require("postgres.instances", instances >= 1 && instances <= 10_000, instances, "1 to 10000");
            require("postgres.pool", pool >= 1 && pool <= 100, pool, "1 to 100");
            require(
                    "postgres.connection_timeout",
                    connectionTimeout.toMillis() >= 250,
                    connectionTimeout,
                    "250ms and up");
            require("postgres.answer_timeout", answerTimeout.toSeconds() >= 1, answerTimeout, "1s and up");
        }

        /** Everything but the password. */
        @Override
        public String toString() {
            return url + " as " + user + ", pool " + pool;
        }
    }

    /**
     * Where instances share keys.
     *
     * @param commandTimeout the longest a look-up waits for Redis
     * @param pause between two probes while Redis is away
     * @param timeToLive how long Redis holds a key; it is believed for as long as {@code cache.refresh_after}, and after
     *     that only while Postgres can not be asked
     */
    public record Redis(
            @DefaultValue("redis://localhost:6379") String url,
            @DefaultValue("50ms") Duration commandTimeout,
            @DefaultValue("2s") Duration pause,
            @DefaultValue("5m") Duration timeToLive) {

        public Redis {
            require("redis.command_timeout", commandTimeout.isPositive(), commandTimeout, "above 0");
            require("redis.pause", pause.toMillis() >= 100, pause, "100ms and up");
            require("redis.time_to_live", timeToLive.toMillis() >= 1, timeToLive, "1ms and up");
        }

        /** Nothing of the address: it may hold a password. */
        @Override
        public String toString() {
            return "time to live " + timeToLive;
        }
    }

    /** What an instance remembers: see {@link KeyCachePolicy}. */
    public record Cache(
            @DefaultValue("100000") int known,
            @DefaultValue("100000") int unknown,
            @DefaultValue("20s") Duration refreshAfter,
            @DefaultValue("30s") Duration expireAfter,
            @DefaultValue("5s") Duration unknownFor,
            @DefaultValue("10m") Duration staleFor) {

        KeyCachePolicy policy() {
            return new KeyCachePolicy(known, unknown, refreshAfter, expireAfter, unknownFor, staleFor);
        }
    }

    /**
     * What guessing keys may cost Postgres: look-ups of keys that nobody has.
     *
     * @param perMinute so many a minute, 1 to 1,000,000
     * @param burst after so many at once, 1 to 1,000,000
     */
    public record Guesses(
            @DefaultValue("600") long perMinute,
            @DefaultValue("200") long burst) {

        private static final long MOST = 1_000_000;

        public Guesses {
            require("guesses.per_minute", perMinute >= 1 && perMinute <= MOST, perMinute, "1 to " + MOST);
            require("guesses.burst", burst >= 1 && burst <= MOST, burst, "1 to " + MOST);
        }
    }

    private static void require(String name, boolean holds, Object actual, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + actual + " (expected: " + rule + ")");
        }
    }
}
