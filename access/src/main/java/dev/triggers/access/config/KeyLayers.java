package dev.triggers.access.config;

import dev.triggers.access.CaffeineApiKeys;
import dev.triggers.access.JdbcApiKeys;
import dev.triggers.access.RedisApiKeys;
import dev.triggers.access.RedisValues;
import javax.sql.DataSource;

/** The layers a key is looked up in, top to bottom: memory, Redis, Postgres. */
record KeyLayers(CaffeineApiKeys memory, RedisApiKeys redis, JdbcApiKeys postgres) {

    static KeyLayers over(DataSource dataSource, RedisValues values, AccessConfig config) {
        JdbcApiKeys postgres = new JdbcApiKeys(dataSource);
        RedisApiKeys redis = new RedisApiKeys(postgres, values, config.redis().timeToLive());
        return new KeyLayers(new CaffeineApiKeys(redis, config.cache().policy()), redis, postgres);
    }
}
