package dev.triggers.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.triggers.common.wire.Submission;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/**
 * More than 100,000 requests, good ones with bodies, headers and paths changed at random, over real sockets to the whole
 * service in front of a log in memory. None is answered 5xx; what stands in the log is what was answered "received", all
 * of it and nothing else; and it is well-formed.
 */
class MutatedRequestsIT {

    private static final int CLIENTS = 4;
    private static final int REQUESTS_EACH = 26_000;
    /** Another seed, other requests: the one of a failure is in its message. */
    private static final long SEED = Long.getLong("triggers.seed", 20_261_123L);

    private static final Pattern RECEIPT = Pattern.compile("\"receipt\":\"0-(\\d+)\"");
    private static final String EVENT =
            "{\"type\":\"a.b\",\"data\":{\"s\":\"\\ud83d\\ude00 ä😀\",\"n\":[1.5e3,-0,true,null]},\"dedup_id\":\"d\",\"time\":\"2026-01-31T12:00:00Z\"}";
    private static final String CLOUD_EVENT =
            "{\"specversion\":\"1.0\",\"id\":\"7\",\"source\":\"/a\",\"type\":\"a\",\"x\":1,\"y\":true,\"time\":\"2026-01-31T12:00:00Z\",\"data\":{\"a\":[{}]}}";
    private static final String[] SPLICES = {
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"",
        "\\",
        "\\u0000",
        "\\ud800",
        "null",
        "true",
        "NaN",
        "1e999",
        "-",
        "\u0000",
        "\n",
        "\r\n",
        "\"data\":{}",
        "\"type\":\"b\"",
        "\"payload\":{}",
        "\"trgorg\":\"x\"",
        "\"data_base64\":\"e30=\"",
        "/*",
        "'",
        "\"id\":\"8\"",
        "{\"a\":{\"a\":{\"a\":{}}}}",
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        "😀",
        "\ufeff"
    };
    private static final String[] HEADERS = {
        "Content-Type: text/plain",
        "Content-Type: application/json;charset=utf-16",
        "Content-Type: a/b/c",
        "Content-Type:",
        "Content-Type: application/cloudevents+json",
        "Content-Type: application/x-ndjson",
        "Content-Type: application/cloudevents-batch+json",
        "Content-Type: */*",
        "Content-Encoding: gzip",
        "Content-Encoding: br",
        "Idempotency-Key: k",
        "Idempotency-Key:",
        "Idempotency-Key: \u00ff\u0001x",
        "traceparent: 00-x",
        "ce-specversion: 1.0",
        "ce-specversion: 1",
        "ce-id: 1",
        "ce-id: %41%",
        "ce-source: /a",
        "ce-type: a",
        "ce-time: 2026-02-31T00:00:00Z",
        "ce-trgx: 1",
        "ce-trgmarker: began",
        "ce-x: %E2%82%AC",
        "ce-x: \"",
        "ce-: x",
        "CE-Y: z",
        "Expect: 100-continue",
        "Accept: text/html",
        "X-Request-Id: ../..",
        "Authorization: Bearer x",
        "Cookie: a=b"
    };
    private static final String[] PATHS = {
        "/v1/events/",
        "/v1/events/batch/",
        "/v1//events",
        "/v1/events?x=%zz",
        "/v1/events;a=b",
        "/v1/events/../events",
        "/V1/events",
        "/v1/%65vents",
        "/v1/events%2fbatch",
        "/v1/events/batch?",
        "/",
        "/error",
        "/v1/events/7",
        "/api/event",
        "/v1/\u00ff",
        "*",
        "/v1/events#x",
        "http://other/v1/events"
    };

    private static final List<Kind> KINDS = List.of(Kind.values());

    private enum Kind {
        OURS("/v1/events", "application/json", EVENT),
        OLDER("/api/events", "application/json", EVENT),
        STRUCTURED("/v1/events", "application/cloudevents+json", CLOUD_EVENT),
        BINARY("/v1/events", "application/json", "{\"a\":1}"),
        ARRAY("/v1/events/batch", "application/json", "[" + EVENT + "," + EVENT + "]"),
        LINES("/v1/events/batch", "application/x-ndjson", EVENT + "\n\n" + EVENT + "\n"),
        CLOUD_EVENTS(
                "/v1/events/batch", "application/cloudevents-batch+json", "[" + CLOUD_EVENT + "," + CLOUD_EVENT + "]");

        private final String path;
        private final String type;
        private final byte[] body;

        Kind(String path, String type, String body) {
            this.path = path;
            this.type = type;
            this.body = body.getBytes(UTF_8);
        }
    }

    @Test
    void whateverIsSentNothingFailsAndWhatIsStoredIsWhatWasReceived() throws Exception {
        try (IngestRig service = IngestRig.start();
                ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            String key = service.keyOf("1;unlimited");
            List<Future<Client>> runs = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                Client client = new Client(service.port(), key, new Random(SEED + i));
                runs.add(clients.submit(() -> client.run(REQUESTS_EACH)));
            }
            Set<Integer> received = new HashSet<>();
            int withoutReceipt = 0;
            int refused = 0;
            for (Future<Client> run : runs) {
                received.addAll(run.get().receipts);
                withoutReceipt += run.get().withoutReceipt;
                refused += run.get().refused;
            }

            List<Submission> kept = service.log().submissions();
            assertThat(received).allMatch(offset -> offset < kept.size());
            assertThat(received.size() + withoutReceipt).as("seed %s", SEED).isEqualTo(kept.size());
            assertThat(kept).as("seed %s", SEED).allSatisfy(MutatedRequestsIT::wellFormed);
            assertThat(received).hasSizeGreaterThan(20_000);
            assertThat(refused).isGreaterThan(20_000);
        }
    }

    private static void wellFormed(Submission submission) {
        byte[] data = submission.event().data().bytes();
        assertThat(CloudEventParser.data(data, data.length))
                .isEqualTo(submission.event().data());
        assertThat(submission.event().extensions().keySet()).noneMatch(name -> name.startsWith("trg"));
    }

    /** One connection, opened again where the service closed it. */
    private static final class Client {

        private final Set<Integer> receipts = new HashSet<>();
        private final int port;
        private final String key;
        private final Random random;
        /** Received over the older path, which answers no receipt. */
        private int withoutReceipt;

        private int refused;
        private Socket socket = new Socket();
        private InputStream in = InputStream.nullInputStream();

        private Client(int port, String key, Random random) {
            this.port = port;
            this.key = key;
            this.random = random;
        }

        private Client run(int requests) throws IOException {
            for (int i = 0; i < requests; i++) {
                byte[] request = request();
                String answer = exchange(request);
                int status = Integer.parseInt(answer.substring(9, 12));
                assertThat(status)
                        .as(() -> "seed " + SEED + ": " + new String(request, ISO_8859_1) + "\n" + answer)
                        .isBetween(200, 499);
                Matcher receipt = RECEIPT.matcher(answer);
                while (receipt.find()) {
                    assertThat(receipts.add(Integer.parseInt(receipt.group(1)))).isTrue();
                }
                withoutReceipt += answer.contains("\"status\":\"accepted\"") ? 1 : 0;
                refused += status >= 400 ? 1 : 0;
            }
            socket.close();
            return this;
        }

        private byte[] request() throws IOException {
            Kind kind = KINDS.get(random.nextInt(KINDS.size()));
            byte[] body = random.nextInt(6) == 0 ? kind.body : mutated(kind.body);
            List<String> headers = new ArrayList<>();
            headers.add("Host: localhost");
            headers.add("X-API-Key: " + key);
            headers.add("Content-Type: " + kind.type);
            if (kind == Kind.BINARY) {
                headers.addAll(List.of("ce-specversion: 1.0", "ce-id: 1", "ce-source: /a", "ce-type: a", "ce-n: 1"));
            }
            if (random.nextInt(10) == 0) {
                body = gzip(body);
                headers.add("Content-Encoding: gzip");
                body = random.nextInt(3) == 0 ? mutated(body) : body;
            }
            boolean chunked = random.nextInt(10) == 0;
            headers.add(chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + body.length);
            if (random.nextInt(5) == 0) {
                mutate(headers);
            }
            String path = random.nextInt(40) == 0 ? PATHS[random.nextInt(PATHS.length)] : kind.path;
            String method = random.nextInt(80) == 0 ? "PUT" : "POST";
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            request.writeBytes((method + " " + path + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\n\r\n")
                    .getBytes(ISO_8859_1));
            request.writeBytes(chunked ? chunked(body) : body);
            return request.toByteArray();
        }

        /** All but the two that say how long the body is, without which no answer could be waited for. */
        private void mutate(List<String> headers) {
            String header = HEADERS[random.nextInt(HEADERS.length)];
            int place = 1 + random.nextInt(headers.size() - 2);
            switch (random.nextInt(4)) {
                case 0 -> headers.add(place, header);
                case 1 -> headers.set(place, header);
                case 2 -> {
                    byte[] bytes = headers.get(place).getBytes(ISO_8859_1);
                    int at = random.nextInt(bytes.length);
                    byte to = (byte) random.nextInt(256);
                    bytes[at] = to == '\n' || to == '\r' ? 0 : to;
                    headers.set(place, new String(bytes, ISO_8859_1));
                }
                default -> headers.add(place, headers.get(place));
            }
        }

        private byte[] mutated(byte[] good) {
            byte[] body = good.clone();
            for (int changes = 1 + random.nextInt(3); changes > 0 && body.length > 0; changes--) {
                int at = random.nextInt(body.length);
                switch (random.nextInt(5)) {
                    case 0 -> body[at] = (byte) random.nextInt(256);
                    case 1 -> body = Arrays.copyOf(body, at);
                    case 2 -> body = spliced(body, at, Math.min(body.length, at + 1 + random.nextInt(8)), new byte[0]);
                    case 3 -> body = spliced(body, at, at, SPLICES[random.nextInt(SPLICES.length)].getBytes(UTF_8));
                    default -> body = spliced(body, at, at, Arrays.copyOfRange(body, at, body.length));
                }
            }
            return body;
        }

        private static byte[] spliced(byte[] body, int from, int to, byte[] in) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.write(body, 0, from);
            all.writeBytes(in);
            all.write(body, to, body.length - to);
            return all.toByteArray();
        }

        private static byte[] chunked(byte[] body) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (int at = 0; at < body.length; at += 50) {
                int length = Math.min(50, body.length - at);
                all.writeBytes((Integer.toHexString(length) + "\r\n").getBytes(ISO_8859_1));
                all.write(body, at, length);
                all.writeBytes("\r\n".getBytes(ISO_8859_1));
            }
            all.writeBytes("0\r\n\r\n".getBytes(ISO_8859_1));
            return all.toByteArray();
        }

        private static byte[] gzip(byte[] plain) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
                out.write(plain);
            }
            return bytes.toByteArray();
        }

        /** A connection that the service closed after the answer before is opened anew: it read nothing of this one. */
        private String exchange(byte[] request) throws IOException {
            if (!socket.isConnected() || socket.isClosed()) {
                connect();
            }
            try {
                socket.getOutputStream().write(request);
            } catch (SocketException e) {
                // it answered before it had read all, and closed: the answer is there
            }
            String answer = answer();
            if (answer.toLowerCase(Locale.ROOT).contains("\nconnection: close")) {
                socket.close();
            }
            return answer;
        }

        private void connect() throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(30_000);
            in = new BufferedInputStream(socket.getInputStream());
        }

        private String answer() throws IOException {
            StringBuilder answer = new StringBuilder();
            int length = 0;
            boolean chunked = false;
            for (String line = line(); !line.isEmpty(); line = line()) {
                answer.append(line).append('\n');
                String lower = line.toLowerCase(Locale.ROOT);
                if (lower.startsWith("content-length: ")) {
                    length = Integer.parseInt(line.substring(16));
                } else if (lower.startsWith("transfer-encoding: chunked")) {
                    chunked = true;
                }
            }
            if (answer.indexOf("HTTP/1.1 100") == 0) {
                return answer();
            }
            if (!chunked) {
                return answer.append(new String(in.readNBytes(length), UTF_8)).toString();
            }
            for (int size = Integer.parseInt(line(), 16); size > 0; size = Integer.parseInt(line(), 16)) {
                answer.append(new String(in.readNBytes(size), ISO_8859_1));
                line();
            }
            line();
            return answer.toString();
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new EOFException("no answer after: " + line);
                }
                if (c != '\r') {
                    line.append((char) c);
                }
            }
            return line.toString();
        }
    }
}
