package dev.triggers.ingest.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.common.event.EventId;
import dev.triggers.common.event.Receipt;
import dev.triggers.ingest.Budget;
import dev.triggers.ingest.Received;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class EventsControllerTest {

    private static final String ID = "0197a2c4-8f00-7000-8000-000000000001";
    private static final String MESSAGE = "Kept in the log. Its receipt says what becomes of it.";

    private final Received received =
            new Received(EventId.parse(ID), new Receipt(11, 9_007_199_254_740_993L), Budget.UNLIMITED);

    @Test
    void anAnswerSaysWhereTheEventStandsAndWhereItsOutcomeWillBe() {
        assertThat(read(EventsController.answer(received)))
                .isEqualTo(Map.of(
                        "id",
                        ID,
                        "receipt",
                        "11-9007199254740993",
                        "status",
                        "received",
                        "message",
                        MESSAGE,
                        "links",
                        Map.of("self", "/v1/receipts/11-9007199254740993?id=" + ID)));
    }

    @Test
    void anAnswerInOlderWordsHasNoReceipt() {
        assertThat(read(EventsController.olderAnswer(received)))
                .isEqualTo(Map.of("id", ID, "status", "accepted", "message", MESSAGE));
    }

    private static Map<?, ?> read(String json) {
        assertThat(json).isPrintable().isASCII();
        return JsonMapper.shared().readValue(json, Map.class);
    }
}
