package dev.triggers.common.wire;

import java.util.List;

/**
 * What the readers of a topic may rely on, in words. {@code docs/topics.md} and {@code /asyncapi.json} are made of it.
 *
 * @param writers the services that write it
 * @param readers who it is for
 * @param holds what its records are
 * @param key what a record's key is
 * @param order what order its records have
 * @param delivery how often a record may stand in it, and how to tell
 */
public record TopicContract(
        String writers,
        String readers,
        String holds,
        String key,
        String order,
        String delivery,
        List<MessageContract> messages) {

    public TopicContract {
        messages = List.copyOf(messages);
    }
}
