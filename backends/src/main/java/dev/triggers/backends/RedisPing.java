package dev.triggers.backends;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** One PING to a Redis, over a connection of its own. */
final class RedisPing {

    private static final int USUAL_PORT = 6379;

    private RedisPing() {}

    /** @throws IOException if no PONG came within {@code bound} for each of connecting and reading */
    static void send(URI redis, Duration bound) throws IOException {
        int boundMillis = Math.toIntExact(bound.toMillis());
        try (var socket = new Socket()) {
            int port = redis.getPort() < 0 ? USUAL_PORT : redis.getPort();
            socket.connect(new InetSocketAddress(redis.getHost(), port), boundMillis);
            socket.setSoTimeout(boundMillis);
            if (!redis.getScheme().equals("rediss")) {
                ping(socket, redis.getUserInfo());
                return;
            }
            var factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
            try (var tls = factory.createSocket(socket, redis.getHost(), port, true)) {
                ping(tls, redis.getUserInfo());
            }
        }
    }

    private static void ping(Socket socket, @Nullable String userInfo) throws IOException {
        var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        if (userInfo != null) {
            int colon = userInfo.indexOf(':');
            var user = userInfo.substring(0, Math.max(colon, 0));
            var password = userInfo.substring(colon + 1);
            say(socket, user.isEmpty() ? command("AUTH", password) : command("AUTH", user, password));
            expect("+OK", in.readLine());
        }
        say(socket, command("PING"));
        expect("+PONG", in.readLine());
    }

    private static String command(String... words) {
        var command = new StringBuilder("*" + words.length + "\r\n");
        for (var word : words) {
            command.append('$').append(word.getBytes(StandardCharsets.UTF_8).length);
            command.append("\r\n").append(word).append("\r\n");
        }
        return command.toString();
    }

    private static void say(Socket socket, String command) throws IOException {
        socket.getOutputStream().write(command.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    private static void expect(String expected, @Nullable String answer) throws IOException {
        if (!expected.equals(answer)) {
            throw new IOException("answered " + answer + " (expected: " + expected + ")");
        }
    }
}
