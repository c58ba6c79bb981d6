package dev.triggers.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class IncompatibilitiesTest {

    private static final String BEFORE = """
            {"openapi":"3.1.0","paths":{"/a":{
              "get":{"parameters":[
                  {"in":"query","name":"limit","required":false,
                   "schema":{"type":"integer","minimum":1,"maximum":1000}},
                  {"in":"query","name":"status","required":false,"schema":{"type":"string","enum":["x","y"]}}],
                "responses":{"200":{"headers":{"X-Id":{}},"content":{"application/json":
                  {"schema":{"$ref":"#/components/schemas/Node"}}}}},
                "security":[{"key":["read"]},{"header":["read"]}]},
              "post":{"requestBody":{"required":true,"content":{"application/json":{"schema":
                  {"type":"object","required":["name"],"properties":{
                    "name":{"type":"string","maxLength":100},"size":{"type":"number"}}}}}},
                "responses":{"201":{"description":"made"},"400":{"description":"refused"}}}}},
             "components":{"schemas":{"Node":{"type":"object","required":["id","kind"],"properties":{
               "id":{"type":"string","format":"uuid"},"kind":{"type":"string","enum":["leaf","branch"]},
               "note":{"type":["string","null"]},
               "children":{"type":"array","items":{"$ref":"#/components/schemas/Node"}}}}}}}
            """;

    private static final String GET = "/paths/~1a/get";
    private static final String POSTED = "/paths/~1a/post/requestBody/content/application~1json/schema";
    private static final String NODE = "/components/schemas/Node";

    private final JsonNode before = Document.JSON.readTree(BEFORE);
    private final JsonNode after = Document.JSON.readTree(BEFORE);

    @Test
    void aDocumentIsCompatibleWithItself() {
        assertThat(Incompatibilities.between(before, after)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "/paths                                | /a            | GET /a: is gone",
                "/paths/~1a                            | post          | POST /a: is gone",
                "/paths/~1a/post/responses             | 201           | POST /a 201: is gone",
                "/paths/~1a/get/responses/200/headers  | X-Id          | GET /a 200 header X-Id: is gone",
                "/paths/~1a/get/responses/200/content  | application/json | GET /a 200 application/json: is gone",
                "/components/schemas/Node/properties   | note          | .note: is gone",
                "/components/schemas/Node/properties/id | format       | .id: format changed from \"uuid\" to nothing",
                "/components/schemas/Node/properties/kind | enum       | .kind: values changed from [branch, leaf] to []",
            })
    void whatIsGoneIsFound(String place, String member, String found) {
        at(place).remove(member);

        assertFound(found);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                GET + "/parameters/0 | required | true | GET /a query limit: is required now",
                GET + "/parameters/0 | name | \"most\" | GET /a query limit: is gone",
                GET + "/parameters/0/schema | maximum | 100 | limit: maximum changed from 1000 to 100",
                GET + "/parameters/0/schema | minimum | 2 | limit: minimum changed from 1 to 2",
                GET + "/parameters/0/schema | multipleOf | 10 | limit: multipleOf changed from nothing to 10",
                GET + "/parameters/1/schema | enum | [\"x\"] | status: values changed from [x, y] to [x]",
                GET + " | security | [{\"key\":[\"read\"]}] | GET /a: who may call it changed",
                GET + " | security | [{\"key\":[\"write\"]},{\"header\":[\"read\"]}] | GET /a: who may call it changed",
                "/paths/~1a/post | security | [{\"key\":[]}] | POST /a: who may call it changed",
                POSTED + " | required | [\"name\",\"size\"] | .size: is required now",
                POSTED + " | additionalProperties | false | takes no other members now",
                POSTED + "/properties/name | maxLength | 99 | .name: maxLength changed from 100 to 99",
                POSTED + "/properties/name | pattern | \"^a\" | .name: pattern changed from nothing to \"^a\"",
                POSTED + "/properties/size | type | \"integer\" | .size: type changed from [number] to [integer]",
                NODE + " | required | [\"kind\"] | .id: may be absent now",
                NODE + "/properties/id | type | \"integer\" | .id: type changed from [string] to [integer]",
                NODE + "/properties/id | type | [\"string\",\"null\"] | .id: type changed",
                NODE + "/properties/kind | enum | [\"leaf\",\"branch\",\"root\"] | .kind: values changed",
                NODE + "/properties/children | items | {\"type\":\"string\"} | .children[]: type changed",
                NODE + " | oneOf | [{}] | oneOf changed from nothing to [{}]",
            })
    void whatNarrowsForAClientIsFound(String place, String member, String value, String found) {
        at(place).set(member, Document.JSON.readTree(value));

        assertFound(found);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "/paths | /b | {\"get\":{}}",
                GET + " | description | \"more\"",
                GET + "/parameters/0/schema | maximum | 2000",
                GET + "/parameters/1/schema | enum | [\"x\",\"y\",\"z\"]",
                GET + " | security | [{\"key\":[\"read\"]},{\"header\":[\"read\"]},{\"key\":[\"write\"]}]",
                "/paths/~1a/post/responses | 429 | {}",
                POSTED + "/properties | color | {\"type\":\"string\"}",
                POSTED + " | required | []",
                POSTED + "/properties/name | type | [\"string\",\"null\"]",
                NODE + "/properties | more | {\"type\":\"string\"}",
                NODE + " | required | [\"id\",\"kind\",\"note\"]",
                NODE + "/properties/note | type | \"string\"",
                NODE + "/properties/kind | enum | [\"leaf\"]",
            })
    void whatOnlyAddsIsCompatible(String place, String member, String value) {
        at(place).set(member, Document.JSON.readTree(value));

        assertThat(after).isNotEqualTo(before);
        assertThat(Incompatibilities.between(before, after)).isEmpty();
    }

    @Test
    void anErrorThatIsNoLongerAnsweredIsCompatible() {
        at("/paths/~1a/post/responses").remove("400");

        assertThat(Incompatibilities.between(before, after)).isEmpty();
    }

    private ObjectNode at(String place) {
        return (ObjectNode) after.at(place);
    }

    private void assertFound(String found) {
        List<String> changes = Incompatibilities.between(before, after);
        assertThat(changes).isNotEmpty().anySatisfy(change -> assertThat(change).contains(found));
    }
}
