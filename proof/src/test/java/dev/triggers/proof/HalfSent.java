package dev.triggers.proof;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;

/** A POST of which the server has the headers and half the body, so that it is under way until the rest is sent. */
final class HalfSent implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 30_000;
    private static final String CONTINUE = "HTTP/1.1 100 \r\n\r\n";

    private final Socket socket;
    private final byte[] body;

    private HalfSent(Socket socket, byte[] body) {
        this.socket = socket;
        this.body = body;
    }

    /** Returns once the server asks for the body. */
    static HalfSent post(URI service, String path, String key, String json) {
        byte[] body = json.getBytes(UTF_8);
        try {
            Socket socket = new Socket(service.getHost(), service.getPort());
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream()
                    .write(("POST " + path + " HTTP/1.1\r\nHost: proof\r\nX-API-Key: " + key
                                    + "\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: "
                                    + body.length + "\r\n\r\n")
                            .getBytes(UTF_8));
            String goOn = new String(socket.getInputStream().readNBytes(CONTINUE.length()), UTF_8);
            if (!goOn.equals(CONTINUE)) {
                throw new IllegalStateException(goOn + " (expected: 100)");
            }
            socket.getOutputStream().write(body, 0, body.length / 2);
            return new HalfSent(socket, body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends the rest. Returns all that is answered until the connection ends: so the server must end it. */
    String finish() {
        try (InputStream answer = socket.getInputStream()) {
            socket.getOutputStream().write(body, body.length / 2, body.length - body.length / 2);
            return new String(answer.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
