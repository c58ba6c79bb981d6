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
        @DefaultValue Cache cache) {

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
        return adminTokens.size() + " admin tokens, " + postgres + ", " + redis + ", " + cache;
    }

    /**
     * Where keys and organisations are kept.
     *
     * @param pool most connections of this instance
     * @param connectionTimeout the longest a look-up waits for one
     * @param answerTimeout the longest a look-up waits for an answer; whole seconds
     */
    public record Postgres(
            @DefaultValue("jdbc:postgresql://localhost:5432/triggers")
            String url,

            @DefaultValue("triggers") String user,
            @DefaultValue("") String password,
            @DefaultValue("4") int pool,
            @DefaultValue("1s") Duration connectionTimeout,
            @DefaultValue("2s") Duration answerTimeout) {

        public Postgres {
            require("postgres.url", url.startsWith("jdbc:postgresql:"), url, "jdbc:postgresql://…");
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
     * @param timeToLive how long Redis holds a key
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
            @DefaultValue("30s") Duration refreshAfter,
            @DefaultValue("60s") Duration expireAfter,
            @DefaultValue("5s") Duration unknownFor,
            @DefaultValue("10m") Duration staleFor) {

        KeyCachePolicy policy() {
            return new KeyCachePolicy(known, unknown, refreshAfter, expireAfter, unknownFor, staleFor);
        }
    }

    private static void require(String name, boolean holds, Object actual, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + actual + " (expected: " + rule + ")");
        }
    }
}
