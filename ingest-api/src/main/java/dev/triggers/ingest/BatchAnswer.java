package dev.triggers.ingest;

import dev.triggers.common.problem.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What became of a batch: received + invalid + limited + retry = items.
 *
 * @param items in the order of the request
 * @param left what is left of the org's budget
 */
public record BatchAnswer(List<Item> items, int received, int invalid, int limited, int retry, Budget left) {

    static BatchAnswer of(List<Item> items, Budget left) {
        int[] counts = new int[4];
        for (Item item : items) {
            counts[
                    switch (item) {
                        case Item.Received _ -> 0;
                        case Item.Invalid _ -> 1;
                        case Item.Limited _ -> 2;
                        case Item.Retry _ -> 3;
                    }]++;
        }
        return new BatchAnswer(items, counts[0], counts[1], counts[2], counts[3], left);
    }

    /** When to send again what was limited or is to be retried: the longest that any of them asks for. */
    public Optional<Duration> retryAfter() {
        Optional<Duration> longest = Optional.empty();
        for (Item item : items) {
            Optional<Duration> asked = switch (item) {
                case Item.Limited(Problem problem) -> problem.retryAfter();
                case Item.Retry(Problem problem) -> problem.retryAfter();
                case Item.Received _, Item.Invalid _ -> Optional.empty();
            };
            if (asked.isPresent() && (longest.isEmpty() || asked.get().compareTo(longest.get()) > 0)) {
                longest = asked;
            }
        }
        return longest;
    }
}
