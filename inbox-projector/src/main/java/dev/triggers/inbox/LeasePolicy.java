package dev.triggers.inbox;

/**
 * When a message that fails again and again is treated apart.
 *
 * @param aloneAfter after so many failed deliveries messages are leased one by one, so that a bad one fails alone
 * @param quarantineAfter after so many a message is quarantined instead of leased again
 * @param mostBytes of data in one lease; a single larger message is leased alone
 */
public record LeasePolicy(int aloneAfter, int quarantineAfter, long mostBytes) {

    public static final LeasePolicy DEFAULT = new LeasePolicy(3, 10, 8 << 20);

    public LeasePolicy {
        if (aloneAfter < 1 || quarantineAfter < aloneAfter || mostBytes < 1) {
            throw new IllegalArgumentException("policy: " + aloneAfter + ", " + quarantineAfter + ", " + mostBytes
                    + " (expected: 1 <= alone after <= quarantine after, 1 <= most bytes)");
        }
    }
}
