package dev.triggers.inbox.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import tools.jackson.core.io.JsonStringEncoder;

/** The body of an answer on its way: kept as long as it is short, and then sent with its length; else sent in long pieces. */
final class AnswerBuffer extends OutputStream {

    private static final int FIRST = 4 << 10;
    private static final int MOST = 64 << 10;

    private final Target target;
    private byte[] kept = new byte[FIRST];
    private int length;
    private boolean begun;

    AnswerBuffer(HttpServletResponse response) {
        this(new Target() {
            @Override
            public void length(int bytes) {
                response.setContentLength(bytes);
            }

            @Override
            public OutputStream stream() throws IOException {
                return response.getOutputStream();
            }
        });
    }

    AnswerBuffer(Target target) {
        this.target = target;
    }

    /** Where it goes. */
    interface Target {

        /** Told once, before anything is written, where all of it is known. */
        void length(int bytes);

        OutputStream stream() throws IOException;
    }

    /** Like {@link #write(byte[])}. Throws {@link UncheckedIOException}. */
    void put(byte[] bytes) {
        try {
            write(bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Text of ASCII letters only. */
    @SuppressWarnings("deprecation") // getBytes(int, int, byte[], int) copies the letters of ASCII text as they are
    void putAscii(String text) {
        int size = text.length();
        if (size > MOST - length) {
            put(text.getBytes(US_ASCII));
            return;
        }
        grow(size);
        text.getBytes(0, size, kept, length);
        length += size;
    }

    /** What stands between the quotes of a JSON string. */
    void putText(String text) {
        if (isPlain(text)) {
            putAscii(text);
        } else {
            put(JsonStringEncoder.getInstance().quoteAsUTF8(text));
        }
    }

    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int size) throws IOException {
        if (size > MOST - length) {
            send();
        }
        if (size > MOST) {
            begun = true;
            target.stream().write(bytes, from, size);
            return;
        }
        grow(size);
        System.arraycopy(bytes, from, kept, length, size);
        length += size;
    }

    private void grow(int more) {
        if (length + more > kept.length) {
            kept = Arrays.copyOf(kept, Math.min(MOST, Math.max(2 * kept.length, length + more)));
        }
    }

    private void send() throws IOException {
        begun = true;
        target.stream().write(kept, 0, length);
        length = 0;
    }

    /** Sends what is left. */
    @Override
    public void close() throws IOException {
        if (!begun) {
            target.length(length);
        }
        send();
        target.stream().close();
    }
}
