package dev.triggers.ingest;

import dev.triggers.common.event.Receipt;
import dev.triggers.common.wire.Submission;

class FakeEventLogTest extends EventLogContract {

    private final FakeEventLog log = new FakeEventLog();

    @Override
    protected EventLog log() {
        return log;
    }

    @Override
    protected Submission at(Receipt receipt) {
        return log.submissions().get((int) receipt.offset());
    }
}
