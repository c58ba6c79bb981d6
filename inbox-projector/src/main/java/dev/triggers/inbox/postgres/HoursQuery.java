package dev.triggers.inbox.postgres;

import dev.triggers.common.disposition.InboxId;
import dev.triggers.common.event.OrgId;
import dev.triggers.common.wire.Outcome;
import dev.triggers.inbox.Books.Hour;
import dev.triggers.inbox.IngestedLog.Entry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * An org's books from one snapshot. No event is counted one by one: an hour's accepted events are one run of sequences,
 * which is laid over the ranges that the default inbox still has open.
 */
final class HoursQuery {

    private static final String COUNTS = """
            select hour, outcome, submissions from inbox.hour where org = ? and hour >= ? and hour < ?""";

    /** What is open or quarantined of each hour's run of sequences, and how much of that is still kept. */
    private static final String STANDING = """
            with place as materialized (
              select coalesce((select frontier from inbox.inbox where id = ?), 0) as frontier,
                     coalesce((select sequence from inbox.head where org = ?), 0) as head,
                     coalesce((select sequence from inbox.event where org = ? order by sequence limit 1),
                              9223372036854775807) as oldest),
            open as materialized (
              select d.quarantined, lower(r) as first, upper(r) - 1 as last
              from inbox.delivery d cross join lateral unnest(d.open) as r where d.inbox = ?
              union all
              select false, frontier + 1, head from place where head > frontier),
            piece as (
              select h.hour, o.quarantined,
                     least(o.last, h.last_sequence) - greatest(o.first, h.first_sequence) + 1 as size,
                     greatest(least(o.last, h.last_sequence)
                                - greatest(o.first, h.first_sequence, (select oldest from place)) + 1, 0) as kept
              from inbox.hour h
              join open o on o.first <= h.last_sequence and o.last >= h.first_sequence
              where h.org = ? and h.outcome = 'accepted' and h.hour >= ? and h.hour < ?)
            select hour,
                   coalesce(sum(kept) filter (where quarantined), 0),
                   coalesce(sum(kept) filter (where not quarantined), 0),
                   sum(size - kept)
            from piece group by hour""";

    private static final String DECIDED = """
            select receipt_offset from inbox.event
            where org = ? and receipt_partition = ? and receipt_offset = any (?)
            union all
            select receipt_offset from inbox.rejection
            where org = ? and receipt_partition = ? and receipt_offset = any (?)""";

    private final Connection connection;
    private final OrgId org;
    private final Instant from;
    private final Instant to;
    private final Map<Instant, Sheet> sheets = new TreeMap<>();

    /** An hour in the making. */
    private static final class Sheet {

        private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
        private long pending;
        private long quarantined;
        private long unacknowledged;
        private long expired;

        private Hour hour(Instant start) {
            long acked = outcomes.getOrDefault(Outcome.ACCEPTED, 0L) - quarantined - unacknowledged - expired;
            return new Hour(start, outcomes, pending, acked, quarantined, unacknowledged, expired);
        }
    }

    HoursQuery(Connection connection, OrgId org, Instant from, Instant to) {
        this.connection = connection;
        this.org = org;
        this.from = from;
        this.to = to;
    }

    List<Hour> run(int partition, List<Entry> submissions) throws SQLException {
        readCounts();
        readStanding();
        Set<Long> decided = decided(partition, submissions);
        for (Entry submission : submissions) {
            Instant hour = submission.at().truncatedTo(ChronoUnit.HOURS);
            if (!decided.contains(submission.offset()) && !hour.isBefore(from) && hour.isBefore(to)) {
                sheet(hour).pending++;
            }
        }
        List<Hour> hours = new ArrayList<>();
        sheets.forEach((start, sheet) -> hours.add(sheet.hour(start)));
        return hours;
    }

    private Sheet sheet(Instant hour) {
        return sheets.computeIfAbsent(hour, _ -> new Sheet());
    }

    private void readCounts() throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(COUNTS)) {
            select.setObject(1, org.value());
            select.setObject(2, from.atOffset(ZoneOffset.UTC));
            select.setObject(3, to.atOffset(ZoneOffset.UTC));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    sheet(hour(row)).outcomes.put(Outcome.parse(row.getString(2)), row.getLong(3));
                }
            }
        }
    }

    private void readStanding() throws SQLException {
        InboxId inbox = InboxId.defaultOf(org);
        try (PreparedStatement select = connection.prepareStatement(STANDING)) {
            select.setObject(1, inbox.value());
            select.setObject(2, org.value());
            select.setObject(3, org.value());
            select.setObject(4, inbox.value());
            select.setObject(5, org.value());
            select.setObject(6, from.atOffset(ZoneOffset.UTC));
            select.setObject(7, to.atOffset(ZoneOffset.UTC));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    Sheet sheet = sheet(hour(row));
                    sheet.quarantined = row.getLong(2);
                    sheet.unacknowledged = row.getLong(3);
                    sheet.expired = row.getLong(4);
                }
            }
        }
    }

    private Set<Long> decided(int partition, List<Entry> submissions) throws SQLException {
        Set<Long> decided = new HashSet<>();
        if (submissions.isEmpty()) {
            return decided;
        }
        Object[] offsets = submissions.stream().map(Entry::offset).toArray();
        try (PreparedStatement select = connection.prepareStatement(DECIDED)) {
            select.setObject(1, org.value());
            select.setInt(2, partition);
            select.setArray(3, connection.createArrayOf("bigint", offsets));
            select.setObject(4, org.value());
            select.setInt(5, partition);
            select.setArray(6, connection.createArrayOf("bigint", offsets));
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    decided.add(row.getLong(1));
                }
            }
        }
        return decided;
    }

    private static Instant hour(ResultSet row) throws SQLException {
        return row.getObject(1, OffsetDateTime.class).toInstant();
    }
}
