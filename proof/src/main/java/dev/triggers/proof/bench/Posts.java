package dev.triggers.proof.bench;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** POSTs of events with keys, one organisation after the other, each event with a dedup id of its own. */
final class Posts implements Requests {

    /** About 200 bytes. */
    static final String DATA = """
            {"order":{number},"customer":"Zoë Müller","street":"Straße des 17. Juni 135","items":[\
            {"sku":"A-1001","count":2,"price":9.00},{"sku":"B-2002","count":1,"price":119.00}],"note":"bench"}\
            """;

    private final List<RequestTemplate> templates;

    private Posts(List<RequestTemplate> templates) {
        this.templates = templates;
    }

    /** {@code POST /v1/events}. */
    static Posts single(URI ingest, List<Org> orgs) {
        return of(orgs, org -> RequestTemplate.post(ingest, "/v1/events", org.headers(), body()));
    }

    /** Of one organisation after the other. */
    static Posts of(List<Org> orgs, Function<Org, RequestTemplate> template) {
        return new Posts(orgs.stream().map(template).toList());
    }

    /** {@code POST /v1/events/batch}, NDJSON, so many events each. */
    static Posts batches(URI ingest, List<Org> orgs, int events) {
        return batches(ingest, orgs, events, DATA);
    }

    /** The same with other data, JSON. */
    static Posts batches(URI ingest, List<Org> orgs, int events, String data) {
        String body = IntStream.range(0, events)
                .mapToObj(i -> event("{number}-" + i, data) + "\n")
                .collect(Collectors.joining());
        return of(
                orgs,
                org -> RequestTemplate.post(
                        ingest,
                        "/v1/events/batch",
                        Map.of("Authorization", "Bearer " + org.key(), "Content-Type", "application/x-ndjson"),
                        body));
    }

    private static String event(String dedupId, String data) {
        return "{\"type\":\"bench.happened\",\"dedup_id\":\"" + dedupId + "\",\"data\":" + data + "}";
    }

    /** The data of an event. */
    static String data(long number) {
        return DATA.replace(RequestTemplate.NUMBER, Long.toString(RequestTemplate.FIRST + number));
    }

    /** Of a single event, with a place for the number. */
    static String body() {
        return event(RequestTemplate.NUMBER, DATA);
    }

    /** One for each organisation. */
    List<RequestTemplate> templates() {
        return templates;
    }

    @Override
    public byte[] request(long number) {
        return templates.get((int) (number % templates.size())).request(number);
    }
}
