package dev.triggers.inbox;

import dev.triggers.common.wire.Accepted;
import java.util.List;
import java.util.Map;

class FakeLeasesTest extends LeasesContract {

    private final Map<Long, FakeLeases.Item> items = FakeLeases.none();

    @Override
    protected Leases leases(LeasePolicy policy, DispositionLog log) {
        return new FakeLeases(org, policy, () -> Events.START.plus(later()), log, items);
    }

    @Override
    protected void project(List<Accepted> events) {
        events.forEach(accepted -> items.put(accepted.sequence(), new FakeLeases.Item(accepted)));
    }
}
