package dev.triggers.inbox;

import dev.triggers.inbox.OutcomeTables.Offsets;
import java.util.List;
import java.util.OptionalLong;

/**
 * Whether each submission of a run of offsets has exactly one outcome. Looked at = covered + pending + nobodys + missing.
 *
 * @param first the first offset looked at
 * @param last the last; one before the first when there was none to look at
 * @param pending not decided yet, or decided and not in the tables yet
 * @param nobodys name no org, and so are among the dead letters only
 * @param missing have no outcome although later ones have: nothing should stand here
 * @param doubled have several outcomes: nothing should stand here
 * @param complete false: there is more missing or doubled than is said
 * @param next where to go on; absent at the end of the log
 */
public record Coverage(
        int partition,
        long first,
        long last,
        long pending,
        long nobodys,
        List<Offsets> missing,
        List<Offsets> doubled,
        boolean complete,
        OptionalLong next) {

    public Coverage {
        missing = List.copyOf(missing);
        doubled = List.copyOf(doubled);
    }

    public long covered() {
        return last
                - first
                + 1
                - pending
                - nobodys
                - missing.stream().mapToLong(Offsets::size).sum();
    }
}
