package dev.triggers.inbox;

import dev.triggers.common.wire.Accepted;
import java.util.List;

class FakeInboxTest extends InboxContract {

    private final FakeInbox inbox = new FakeInbox();

    @Override
    protected Inbox inbox() {
        return inbox;
    }

    @Override
    protected void arrive(List<Accepted> events) {
        events.forEach(inbox::add);
    }
}
