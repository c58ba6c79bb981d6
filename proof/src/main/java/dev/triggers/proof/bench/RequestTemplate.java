package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A request that is sent many times: made once, and each time given another number in the places that say
 * {@value #NUMBER}. The number has {@value #DIGITS} digits and does not begin with 0, so that it is a number in JSON too.
 */
final class RequestTemplate implements Requests {

    static final String NUMBER = "{number}";
    static final int DIGITS = 12;

    /** What stands there for number 0. */
    static final long FIRST = 100_000_000_000L;

    private final URI server;
    private final byte[] bytes;
    /** Where the number stands. */
    private final int[] places;

    private RequestTemplate(URI server, byte[] bytes, int[] places) {
        this.server = server;
        this.bytes = bytes;
        this.places = places;
    }

    /** Whom it is for; path and query are in the bytes. */
    URI server() {
        return server;
    }

    /** As it goes over the wire, with zeros for the number. */
    byte[] bytes() {
        return bytes;
    }

    int place(int nth) {
        return places[nth];
    }

    /** A POST of this body. */
    static RequestTemplate post(URI server, String path, Map<String, String> headers, String body) {
        byte[] sent = body.replace(NUMBER, "0".repeat(DIGITS)).getBytes(UTF_8);
        String head = headers.entrySet().stream()
                .map(header -> header.getKey() + ": " + header.getValue() + "\r\n")
                .collect(Collectors.joining(
                        "",
                        "POST " + path + " HTTP/1.1\r\nHost: " + server.getAuthority() + "\r\n",
                        "Content-Length: " + sent.length + "\r\n\r\n"));
        return of(server, head + body);
    }

    static RequestTemplate get(URI server, String path, Map<String, String> headers) {
        return of(
                server,
                headers.entrySet().stream()
                        .map(header -> header.getKey() + ": " + header.getValue() + "\r\n")
                        .collect(Collectors.joining(
                                "", "GET " + path + " HTTP/1.1\r\nHost: " + server.getAuthority() + "\r\n", "\r\n")));
    }

    /**
     * Another server to be measured beside: a file with a POST as RFC 9112 writes it, but the whole URL in its first line,
     * lines that end as in any text file, and no length. Throws {@link IllegalArgumentException} for anything else.
     */
    static RequestTemplate read(Path file) {
        try {
            String[] parts = Files.readString(file).replace("\r\n", "\n").split("\n\n", 2);
            List<String> lines = parts[0].lines().toList();
            String[] words = lines.getFirst().split(" ");
            if (parts.length != 2 || !words[0].equals("POST") || words.length < 2) {
                throw new IllegalArgumentException(
                        file + ": not a request (expected: POST URL, headers, an empty line, a body)");
            }
            URI url = URI.create(words[1]);
            Map<String, String> headers = lines.stream()
                    .skip(1)
                    .collect(Collectors.toMap(
                            line -> line.replaceFirst(":.*", ""), line -> line.replaceFirst("[^:]*: *", "")));
            URI server = URI.create(
                    url.getScheme() + "://" + url.getHost() + ":" + (url.getPort() < 0 ? 80 : url.getPort()));
            String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
            return post(server, url.getRawPath() + query, headers, parts[1].strip());
        } catch (IOException e) {
            throw new IllegalArgumentException(file + ": can not be read (expected: a request)", e);
        }
    }

    private static RequestTemplate of(URI server, String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<Integer> places = new ArrayList<>();
        String[] between = text.split("\\{number}", -1);
        try {
            for (int i = 0; i < between.length; i++) {
                if (i > 0) {
                    places.add(bytes.size());
                    bytes.write("0".repeat(DIGITS).getBytes(ISO_8859_1));
                }
                bytes.write(between[i].getBytes(UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new RequestTemplate(
                server,
                bytes.toByteArray(),
                places.stream().mapToInt(Integer::intValue).toArray());
    }

    @Override
    public byte[] request(long number) {
        byte[] request = bytes.clone();
        for (int place : places) {
            write(number, request, place);
        }
        return request;
    }

    /** Below 9 × 10^11. */
    static void write(long number, byte[] into, int at) {
        long left = FIRST + number;
        for (int i = at + DIGITS - 1; i >= at; i--) {
            into[i] = (byte) ('0' + left % 10);
            left /= 10;
        }
    }

    /** The number that stands here. */
    static long number(byte[] bytes, int at) {
        long number = 0;
        for (int i = at; i < at + DIGITS; i++) {
            number = number * 10 + bytes[i] - '0';
        }
        return number - FIRST;
    }
}
