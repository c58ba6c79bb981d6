package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.disposition.Sequences;
import dev.triggers.common.event.OrgId;
import dev.triggers.inbox.EventFilter;
import dev.triggers.inbox.InboxAttributes;
import dev.triggers.inbox.InboxStatus;
import dev.triggers.inbox.Subscription;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * What an inbox takes in and how far it is, as its row says.
 *
 * @param frontier up to where sequences were handed out or passed over
 * @param windows the sequences that may enter, as far as is known
 * @param stamped every change that was asked for has its place in the order
 */
record InboxState(
        long frontier,
        Sequences windows,
        EventFilter filter,
        InboxStatus status,
        Optional<String> pausedReason,
        boolean stamped) {

    /** What {@link #read} reads, in its order. */
    static final String COLUMNS =
            "frontier, windows::text, ceiling, app_key, action_key, inputs::text, status, paused_reason, asked = applied";

    private static final String HEAD = "select sequence from inbox.head where org = ?";
    private static final String NO_INPUTS = "{}";

    private static final InboxState EVERYTHING = new InboxState(
            0, Sequences.between(1, Long.MAX_VALUE - 1), EventFilter.ALL, InboxStatus.ACTIVE, Optional.empty(), true);

    /** Of an inbox without a row: the default one takes everything. Throws {@code not_found} for any other. */
    static InboxState untouched(OrgId org, InboxId inbox) {
        if (inbox.equals(InboxId.defaultOf(org))) {
            return EVERYTHING;
        }
        throw InboxRow.unknown(inbox);
    }

    /** @param from the first of the columns */
    static InboxState read(ResultSet row, int from) throws SQLException {
        Sequences windows = windows(row.getString(from + 1));
        long ceiling = row.getLong(from + 2);
        boolean held = !row.wasNull();
        return new InboxState(
                row.getLong(from),
                held ? windows.minus(windows.above(ceiling)) : windows,
                filter(row.getString(from + 3), row.getString(from + 4), row.getString(from + 5)),
                InboxStatus.parse(row.getString(from + 6)),
                Optional.ofNullable(row.getString(from + 7)),
                row.getBoolean(from + 8));
    }

    /** The last window has no upper end while the inbox takes events. */
    private static Sequences windows(String text) {
        return Sequences.parse(text.replace(",)", "," + Long.MAX_VALUE + ")"));
    }

    private static EventFilter filter(String appKey, String actionKey, String inputs) {
        return appKey.equals("*") && actionKey.equals("*") && inputs.equals(NO_INPUTS)
                ? EventFilter.ALL
                : new Subscription(appKey, actionKey, "null", inputs).filter();
    }

    /** What lies ahead of the frontier and may enter. */
    Sequences ahead(long head) {
        return windows.and(Sequences.between(frontier + 1, head));
    }

    /** Of sequences those that may enter. */
    Sequences entering(Sequences sequences) {
        return sequences.and(windows);
    }

    /**
     * What a lease says of it.
     *
     * @param open whether anything of it may still be handed out, now or later
     */
    InboxAttributes attributes(long head, boolean open) {
        boolean over = status == InboxStatus.PAUSED
                && stamped
                && !open
                && (windows.isEmpty() || windows.last() <= head)
                && ahead(head).isEmpty();
        return new InboxAttributes(status, pausedReason, over);
    }

    /** The org's last sequence, 0 when it has none. */
    static long head(Connection connection, OrgId org) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(HEAD)) {
            select.setObject(1, org.value());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }
}
