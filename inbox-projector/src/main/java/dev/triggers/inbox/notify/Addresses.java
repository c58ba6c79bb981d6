package dev.triggers.inbox.notify;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which addresses may be sent to: those of the public internet. Of IPv4 all but what the IANA special-purpose registry
 * (RFC 6890) names, multicast and class E. Of IPv6 only global unicast, 2000::/3, but for what the registry names and for
 * 2002::/16, in which an IPv4 address is wrapped; so neither mapped, NAT64, local, link-local nor metadata addresses.
 */
final class Addresses {

    private static final List<Block> CLOSED = Stream.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/4",
                    "240.0.0.0/4",
                    "2001:0000::/23",
                    "2001:db8::/32",
                    "2002::/16",
                    "3fff::/20")
            .map(Block::parse)
            .toList();
    private static final Block GLOBAL_UNICAST = Block.parse("2000::/3");
    private static final int IPV4_BYTES = 4;

    private Addresses() {}

    static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        return (bytes.length == IPV4_BYTES || GLOBAL_UNICAST.contains(bytes))
                && CLOSED.stream().noneMatch(block -> block.contains(bytes));
    }

    /** Addresses that begin with the same bits. */
    private record Block(List<Byte> start, int bits) {

        static Block parse(String text) {
            int slash = text.indexOf('/');
            try {
                byte[] start = InetAddress.getByName(text.substring(0, slash)).getAddress();
                Byte[] boxed = new Byte[start.length];
                Arrays.setAll(boxed, i -> start[i]);
                return new Block(List.of(boxed), Integer.parseInt(text, slash + 1, text.length(), 10));
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(
                        "block: " + text + " (expected: an address and a number of bits)", e);
            }
        }

        boolean contains(byte[] address) {
            if (address.length != start.size()) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> (bit % Byte.SIZE);
                if (((address[bit / Byte.SIZE] ^ start.get(bit / Byte.SIZE)) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }
    }
}
