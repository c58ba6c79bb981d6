package dev.triggers.cli.dev;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** What {@code dev} prints when it is ready: where it is, the key, and three lines to paste. */
final class Welcome {

    private Welcome() {}

    static String text(String url, String key, Path environment, Duration took) {
        String header = "-H \"X-API-Key: " + key + "\"";
        return """

                Triggers is ready (%s s). In another shell:  . %s

                  url  %s
                  key  %s

                Post an event, read the inbox, acknowledge its oldest event:

                curl -s %s -H "Content-Type: application/json" -d '{"type":"order.created","data":{"order":1}}' %s/v1/events
                curl -s %s "%s/v1/inbox?limit=10&wait=10"
                curl -s %s -X POST "%s/v1/inbox/ack/$(curl -s %s "%s/v1/inbox?limit=1" | grep -o '"id":"[^"]*"' | head -n 1 | cut -d '"' -f 4)"
                """.formatted(
                        String.format(Locale.ROOT, "%.1f", took.toMillis() / 1000.0),
                        environment,
                        url,
                        key,
                        header,
                        url,
                        header,
                        url,
                        header,
                        url,
                        header,
                        url);
    }
}
