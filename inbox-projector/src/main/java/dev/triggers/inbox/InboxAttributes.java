package dev.triggers.inbox;

import java.util.Optional;

/**
 * What a lease says of its inbox.
 *
 * @param pausedReason only while paused
 * @param drained nothing is there, nothing is leased, and nothing will come until somebody resumes it
 */
public record InboxAttributes(InboxStatus status, Optional<String> pausedReason, boolean drained) {}
