package dev.triggers.inbox.live;

import java.time.Duration;

/**
 * What streams of one instance may take.
 *
 * @param most streams at once
 * @param mostOfAnOrg streams of one org at once
 * @param mostBytes said and not taken yet, over all streams; above it the one that stands still for longest is ended
 * @param readers threads that read for streams, and so reads at once
 * @param heartbeat a stream that said nothing for so long says that it is there
 * @param permitEvery how often an idle stream asks whether its client may go on
 * @param patience a client that takes nothing for so long while there is something to take is cut off
 */
public record StreamLimits(
        int most,
        int mostOfAnOrg,
        long mostBytes,
        int readers,
        Duration heartbeat,
        Duration permitEvery,
        Duration patience) {}
