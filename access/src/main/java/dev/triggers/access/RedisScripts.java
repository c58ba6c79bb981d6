package dev.triggers.access;

/** What Redis itself decides. Keys: what is written. Arguments: version, text, milliseconds, and what a notice needs. */
final class RedisScripts {

    /**
     * Writes unless something newer stands there, or the same for longer. A newer text is known by its version alone, so
     * a refill that was read before a change loses to the change, in whichever order they come.
     */
    private static final String WRITE_IF_NEWER = """
            local function write()
              local held = redis.call('GET', KEYS[1])
              local version = held and tonumber(string.match(held, '^1|(%d+)|'))
              if version and version > tonumber(ARGV[1]) then
                return 0
              end
              if version == tonumber(ARGV[1]) and redis.call('PTTL', KEYS[1]) >= tonumber(ARGV[3]) then
                return 0
              end
              redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
              return 1
            end
            local written = write()
            """;

    static final String OFFER = WRITE_IF_NEWER + "return written";

    /** Also tells the channel ARGV[4] the message ARGV[5]: whoever hears it takes it only if it is newer. */
    static final String ANNOUNCE = WRITE_IF_NEWER + "redis.call('PUBLISH', ARGV[4], ARGV[5])\nreturn written";

    private RedisScripts() {}
}
