package dev.triggers.common.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {

    @ParameterizedTest
    @ValueSource(strings = {"a", "order.created", "A:b/c_d-9.", "0"})
    void typesOfTheseCharactersAreTaken(String type) {
        assertThat(new EventType(type).value()).isEqualTo(type);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "order created", "order;created", "größe", "a,b", "a+b"})
    void otherTypesAreRefused(String type) {
        assertThatThrownBy(() -> new EventType(type)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTypeHasAtMost255Characters() {
        assertThat(new EventType("x".repeat(255)).value()).hasSize(255);
        assertThatThrownBy(() -> new EventType("x".repeat(256)))
                .hasMessage("type: 256 characters (expected: 1 to 255)");
    }

    @Test
    void organisationsAreOrderedAsTheirTextsAre() {
        List<OrgId> orgs = Stream.of(0L, 1L, -1L, Long.MIN_VALUE, Long.MAX_VALUE)
                .flatMap(high -> Stream.of(0L, 1L, -1L, Long.MIN_VALUE, Long.MAX_VALUE)
                        .map(low -> new OrgId(new UUID(high, low))))
                .toList();

        assertThat(orgs.stream().sorted().toList())
                .isEqualTo(orgs.stream()
                        .sorted(Comparator.comparing(OrgId::toString))
                        .toList());
    }

    @Test
    void aDedupIdIsPrintable() {
        assertThat(new DedupId("größe-🙂").value()).isEqualTo("größe-🙂");
        assertThatThrownBy(() -> new DedupId("a\nb")).hasMessageContaining("a\\u000ab");
        assertThatThrownBy(() -> new DedupId("\ud800")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new DedupId("")).hasMessageContaining("0 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u001f", "\u007f", "\u0080", "\u009f"})
    void aControlCharacterIsRefusedWhereverItStands(String control) {
        for (String text : List.of(control, "a" + control, control + "~", "größe" + control)) {
            assertThatThrownBy(() -> new DedupId(text)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(new DedupId(" ~\u00a0").value()).isEqualTo(" ~\u00a0");
    }

    @Test
    void uuidsAreReadAsTheyAreWritten() {
        Random random = new Random(1);
        for (int i = 0; i < 1_000; i++) {
            UUID uuid = new UUID(random.nextLong(), random.nextLong());
            assertThat(Uuids.parse("id", uuid.toString())).isEqualTo(uuid);
        }
    }

    @Test
    void aUuidWithOneOtherCharacterIsRefusedWhereverItStands() {
        String uuid = "0197a2c4-8f00-7abc-8def-00000000000f";
        for (int at = 0; at < uuid.length(); at++) {
            for (char other : new char[] {'A', 'F', 'g', '/', ':', '`', ' ', '\u0430', '\uff11', '\u0000'}) {
                String text = uuid.substring(0, at) + other + uuid.substring(at + 1);
                assertThatThrownBy(() -> Uuids.parse("id", text)).as(text).hasMessageContaining("a UUID in lower case");
            }
            String dash = uuid.substring(0, at) + (uuid.charAt(at) == '-' ? '0' : '-') + uuid.substring(at + 1);
            assertThatThrownBy(() -> Uuids.parse("id", dash)).as(dash).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Uuids.parse("id", uuid + "0")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Uuids.parse("id", "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aDedupIdIsMeasuredInCharactersNotInHalvesOfThem() {
        assertThat(new DedupId("🙂".repeat(255)).value()).hasSize(510);
        assertThatThrownBy(() -> new DedupId("🙂".repeat(256))).hasMessageContaining("256 characters");
    }

    @Test
    void aReceiptReadsBackWhatItWrites() {
        assertThat(Receipt.parse("3-1234")).isEqualTo(new Receipt(3, 1234)).hasToString("3-1234");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "3", "3-", "-3", "3-x", "03-1", "3--1", "3-1-", "+3-1", "3-99999999999999999999"})
    void anythingElseIsNoReceipt(String text) {
        assertThatThrownBy(() -> Receipt.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("receipt: ");
    }

    @Test
    void untrustedTextIsCutAndItsControlCharactersShown() {
        assertThat(Limits.cut("x".repeat(100))).isEqualTo("x".repeat(64) + "…");
        assertThat(Limits.cut("a\u0000b\r\n")).isEqualTo("a\\u0000b\\u000d\\u000a");
    }
}
