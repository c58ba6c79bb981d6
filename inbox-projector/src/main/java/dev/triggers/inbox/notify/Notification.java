package dev.triggers.inbox.notify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.OrgId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * One notification as one instance may send it now. Its id and body stay the same over all attempts.
 *
 * @param target where to; as its owner wrote it
 * @param secrets those that are good, the newest first
 * @param count messages that arrived since the last one that was delivered or given up; at least 1
 * @param redelivery whether it makes up for one that was given up
 * @param attempt 1 for the first
 * @param begunAt when it was due first
 */
public record Notification(
        InboxId inbox,
        OrgId org,
        String target,
        List<WebhookSecret> secrets,
        UUID id,
        long count,
        boolean redelivery,
        int attempt,
        Instant begunAt) {

    public Notification {
        secrets = List.copyOf(secrets);
    }

    /** What a receiver tells repeats by: the same over all attempts. */
    public String webhookId() {
        return "msg_" + id;
    }

    byte[] body() {
        return ("{\"inbox_id\":\"" + inbox + "\",\"received_message_count\":" + count + ",\"redelivery\":" + redelivery
                        + "}")
                .getBytes(UTF_8);
    }
}
