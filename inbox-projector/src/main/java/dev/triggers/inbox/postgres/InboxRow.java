package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.problem.ProblemCode;
import dev.triggers.common.problem.ProblemException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Whether an org has an inbox. */
final class InboxRow {

    private static final String IS_THERE = "select from inbox.inbox where id = ? and org = ? and status <> 'deleting'";

    private InboxRow() {}

    /** Throws {@link ProblemException} with {@code not_found}. The default inbox is there before its row is. */
    static void require(Connection connection, OrgId org, InboxId inbox) throws SQLException {
        if (inbox.equals(InboxId.defaultOf(org))) {
            return;
        }
        try (PreparedStatement select = connection.prepareStatement(IS_THERE)) {
            select.setObject(1, inbox.value());
            select.setObject(2, org.value());
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    throw unknown(inbox);
                }
            }
        }
    }

    static ProblemException unknown(InboxId inbox) {
        return new ProblemException(
                ProblemCode.NOT_FOUND, "inbox: " + inbox + " (expected: an inbox of your organisation)");
    }
}
