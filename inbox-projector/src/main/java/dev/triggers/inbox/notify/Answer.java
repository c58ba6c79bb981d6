package dev.triggers.inbox.notify;

import java.time.Duration;
import java.util.Optional;

/** What became of one attempt. */
public sealed interface Answer {

    /** 2xx. */
    record Delivered() implements Answer {}

    /** 410: nothing is to be sent there any more. */
    record Gone() implements Answer {}

    /** Trying again would not help: an address nobody may be sent to, a redirect, another 4xx. */
    record Refused(String why) implements Answer {}

    /**
     * May go better later: no connection, no answer in time, 408, 425, 429, 5xx.
     *
     * @param after not before this time is over, where the receiver said so
     */
    record Failed(String why, Optional<Duration> after) implements Answer {}
}
