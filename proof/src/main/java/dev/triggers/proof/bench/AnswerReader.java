package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;

/**
 * Takes the answers off one connection, one at a time (RFC 9112): with a length, in chunks, or without a body. What it
 * shows of an answer holds until the next is read.
 */
final class AnswerReader {

    private static final int MOST_BYTES = 64 << 20;
    private static final int CHUNKED = -1;
    private static final int STATUS_AT = "HTTP/1.1 ".length();
    private static final byte[] CONTENT_LENGTH = "content-length:".getBytes(US_ASCII);
    private static final byte[] TRANSFER_ENCODING = "transfer-encoding:".getBytes(US_ASCII);

    private byte[] bytes = new byte[4_096];
    private int filled;
    private int bodyAt;
    private int declared;
    private int status;
    private int length;

    /** Reads what is there. Says whether an answer is complete. Throws when the server hung up. */
    boolean read(ReadableByteChannel channel) throws IOException {
        if (filled == bytes.length) {
            if (filled >= MOST_BYTES) {
                throw new IOException("an answer of more than " + MOST_BYTES + " bytes");
            }
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
        }
        int read = channel.read(ByteBuffer.wrap(bytes, filled, bytes.length - filled));
        if (read < 0) {
            throw new EOFException("the server hung up");
        }
        filled += read;
        return complete();
    }

    private boolean complete() throws IOException {
        if (bodyAt == 0 && !headComplete()) {
            return false;
        }
        if (declared == CHUNKED) {
            return chunksComplete();
        }
        length = declared;
        return filled >= bodyAt + declared;
    }

    private boolean headComplete() throws IOException {
        for (int i = 3; i < filled; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                bodyAt = i + 1;
                readHead();
                return true;
            }
        }
        return false;
    }

    private void readHead() throws IOException {
        status = number(STATUS_AT, STATUS_AT + 3, 10);
        declared = 0;
        int line = 0;
        for (int i = 0; i < bodyAt; i++) {
            if (bytes[i] == '\n') {
                if (begins(line, CONTENT_LENGTH)) {
                    declared = number(line + CONTENT_LENGTH.length, i - 1, 10);
                } else if (begins(line, TRANSFER_ENCODING)) {
                    declared = CHUNKED;
                }
                line = i + 1;
            }
        }
    }

    private boolean begins(int at, byte[] name) {
        for (int i = 0; i < name.length; i++) {
            int letter = bytes[at + i];
            if ((letter >= 'A' && letter <= 'Z' ? letter + 32 : letter) != name[i]) {
                return false;
            }
        }
        return true;
    }

    private int number(int from, int to, int radix) throws IOException {
        try {
            return Integer.parseInt(new String(bytes, from, to - from, US_ASCII).strip(), radix);
        } catch (NumberFormatException e) {
            throw new IOException("not HTTP/1.1", e);
        }
    }

    /** Where all chunks are there, lays them one after the other. */
    private boolean chunksComplete() throws IOException {
        int at = chunkEnd(bodyAt);
        while (at > 0 && size(at) > 0) {
            at = chunkEnd(at + size(at) + 2);
        }
        if (at <= 0 || filled < at + 2) {
            return false;
        }
        length = 0;
        for (at = chunkEnd(bodyAt); size(at) > 0; ) {
            int size = size(at);
            int next = chunkEnd(at + size + 2);
            System.arraycopy(bytes, at, bytes, bodyAt + length, size);
            length += size;
            at = next;
        }
        return true;
    }

    /** Where the chunk's bytes begin whose line of its size begins at {@code line}; 0: not there yet. */
    private int chunkEnd(int line) {
        for (int i = line; i < filled; i++) {
            if (bytes[i] == '\n') {
                return i + 1;
            }
        }
        return 0;
    }

    /** Of the chunk that begins here. */
    private int size(int chunk) throws IOException {
        int line = chunk - 2;
        while (line > bodyAt && bytes[line - 1] != '\n') {
            line--;
        }
        return number(line, chunk - 2, 16);
    }

    /** The next answer begins. Pipelined ones are nobody's here. */
    void next() {
        filled = 0;
        bodyAt = 0;
    }

    int status() {
        return status;
    }

    /** Holds the body, from {@link #from}, {@link #length} bytes. */
    byte[] bytes() {
        return bytes;
    }

    int from() {
        return bodyAt;
    }

    int length() {
        return length;
    }
}
