package dev.triggers.backends;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.IntStream;

/** The ports on 127.0.0.1 that the embedded parts listen on. Zero: any free one. */
public record Ports(int kafka, int postgreSql, int redis) {

    /** Below where Linux and macOS take ports for outgoing connections, so that a port once picked stays free. */
    private static final int FIRST_PICKED = 20_000;

    private static final int PICKED_BELOW = 32_000;
    private static final int TRIES = 200;

    public Ports {
        check("kafka", kafka);
        check("postgreSql", postgreSql);
        check("redis", redis);
        int[] given =
                IntStream.of(kafka, postgreSql, redis).filter(port -> port != 0).toArray();
        if (IntStream.of(given).distinct().count() != given.length) {
            throw new IllegalArgumentException(
                    "ports: " + kafka + ", " + postgreSql + ", " + redis + " (expected: three different ones)");
        }
    }

    /** Any three free ports. */
    public static Ports free() {
        return new Ports(0, 0, 0);
    }

    /** The ports each server has by custom: 9092, 5432, 6379. */
    public static Ports usual() {
        return new Ports(9092, 5432, 6379);
    }

    /** These ports, each zero replaced by a port that was free a moment ago. */
    public Ports picked() {
        int first = kafka == 0 ? pick(postgreSql, redis) : kafka;
        int second = postgreSql == 0 ? pick(first, redis) : postgreSql;
        return new Ports(first, second, redis == 0 ? pick(first, second) : redis);
    }

    /** A port that was free a moment ago, is none of {@code others} and is picked by no other JVM of this user. */
    static int pick(int... others) {
        return ThreadLocalRandom.current()
                .ints(TRIES, FIRST_PICKED, PICKED_BELOW)
                .filter(port -> IntStream.of(others).noneMatch(other -> other == port)
                        && isFree(port)
                        && PortClaims.claim(port))
                .findFirst()
                .orElseThrow(() -> new BackendFailure("no free port between " + FIRST_PICKED + " and " + PICKED_BELOW));
    }

    /** @throws BackendFailure naming the port and who wanted it, if something listens there */
    static void requireFree(int port, String wantedBy) {
        if (!isFree(port)) {
            throw new BackendFailure("port " + port + " on 127.0.0.1, wanted by " + wantedBy + ", is taken");
        }
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static void check(String name, int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(name + ": " + port + " (expected: 0 for any, or 1 to 65535)");
        }
    }
}
