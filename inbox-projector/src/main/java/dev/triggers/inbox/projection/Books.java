package dev.triggers.inbox.projection;

import dev.triggers.common.wire.Topic;
import dev.triggers.common.wire.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What became of the records of a batch, by topic: projected + expired + dead are all of them. */
public final class Books {

    static final List<Topic<?, ?>> TOPICS = List.of(Topics.ACCEPTED, Topics.REJECTED, Topics.DISPOSITIONS);

    /** What became of a record. */
    enum Became {
        /** It stands in the tables, or changed them. */
        PROJECTED,
        /** Older than the retention: passed over. */
        EXPIRED,
        /** Unreadable, or Postgres refuses its values: in {@code triggers.dead-letters}. */
        DEAD
    }

    private final Map<String, Integer> all = new HashMap<>();
    private final Map<String, Integer> expired = new HashMap<>();
    private final Map<String, Integer> dead = new HashMap<>();

    public Books(Batch batch) {
        all.put(Topics.ACCEPTED.name(), batch.accepted().size());
        all.put(Topics.REJECTED.name(), batch.rejected().size());
        all.put(Topics.DISPOSITIONS.name(), batch.dispositions().size());
        batch.unreadable().forEach(letter -> {
            String topic = letter.origin().substring(0, letter.origin().lastIndexOf('-'));
            all.merge(topic, 1, Integer::sum);
            dead.merge(topic, 1, Integer::sum);
        });
    }

    public void expired(Topic<?, ?> topic, int count) {
        expired.merge(topic.name(), count, Integer::sum);
    }

    public void dead(Topic<?, ?> topic) {
        dead.merge(topic.name(), 1, Integer::sum);
    }

    int count(String topic, Became became) {
        int gone = expired.getOrDefault(topic, 0);
        int unkept = dead.getOrDefault(topic, 0);
        return switch (became) {
            case PROJECTED -> all.getOrDefault(topic, 0) - gone - unkept;
            case EXPIRED -> gone;
            case DEAD -> unkept;
        };
    }
}
