package dev.triggers.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.triggers.common.event.EventType;
import dev.triggers.common.event.Payload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriptionTest {

    @ParameterizedTest
    @CsvSource({
        "shop, order.*, true",
        "shop@1.0.0, order.created, true",
        "Shop, order.*, false",
        "shop@latest, *, true",
        "any, *, true",
        "*, order.paid, false",
        "other, *, false",
        "shop@1st, *, false",
        "shop, order, false"
    })
    void anEventEntersByItsSourceAndType(String appKey, String actionKey, boolean enters) {
        EventFilter filter = new Subscription(appKey, actionKey, "null", "{}").filter();

        assertThat(filter.takes(new EventType("order.created"), "shop", Payload.of("{}")))
                .isEqualTo(enters);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"n":1}               | {"n":1}                    | true
            {"n":1}               | {"m":2,"n":1.0}            | true
            {"n":1}               | {"n":"1"}                  | false
            {"n":1}               | {"n":2,"n":1}              | true
            {"n":1}               | {"n":1,"n":2}              | false
            {"n":1}               | {"a":{"n":1}}              | false
            {"n":null}            | {"n":null}                 | true
            {"n":null}            | {}                         | false
            {"a":"x","b":true}    | {"b":true,"c":[],"a":"x"}  | true
            {"a":"x","b":true}    | {"a":"x"}                  | false
            {"o":{"b":2,"a":1.0}} | {"o":{"a":1,"b":2}}        | true
            {"o":{"a":1}}         | {"o":{"a":1,"b":2}}        | false
            {"l":[1,2]}           | {"l":[2,1]}                | false
            {"a":"\\u0000"}       | {"a":"\\u0000"}            | true
            {}                    | {"a":1}                    | true""")
    void inputsAreWhatTopLevelMembersOfTheDataMustBe(String inputs, String data, boolean enters) {
        EventFilter filter = new Subscription("*", "*", "null", inputs).filter();

        assertThat(filter.takesData(Payload.of(data))).isEqualTo(enters);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''   | *       | null  | {}    | subscription.app_key:
            shop | or*er   | null  | {}    | subscription.action_key: or*er
            shop | two a   | null  | {}    | subscription.action_key: two a
            shop | *       | []    | {}    | subscription.connection_id: []
            shop | *       | null  | []    | subscription.inputs: []
            shop | *       | null  | {     | subscription.inputs: {""")
    void whatMakesNoSenseIsNamed(String appKey, String actionKey, String connection, String inputs, String detail) {
        assertThatThrownBy(() -> new Subscription(appKey, actionKey, connection, inputs))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(detail)
                .hasMessageContaining("(expected: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1,\"b\":[1.0]}", "{ \"b\":[1], \"a\":1.00 }"})
    void theSpellingOfJsonDoesNotMakeAnotherSubscription(String inputs) {
        assertThat(new Subscription("a", "b", "\"7\"", inputs)
                        .sameAs(new Subscription("a", "b", "\"7\"", "{\"a\":1,\"b\":[1]}")))
                .isTrue();
    }

    @Test
    void anotherConnectionMakesAnotherSubscription() {
        assertThat(new Subscription("a", "b", "\"7\"", "{}").sameAs(new Subscription("a", "b", "7", "{}")))
                .isFalse();
    }
}
