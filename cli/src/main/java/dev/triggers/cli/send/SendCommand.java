package dev.triggers.cli.send;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.triggers.cli.Arguments;
import dev.triggers.cli.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * {@code ./triggers send}: posts the lines of a file in batches, as many as are there at once, and counts. Exit code 0 only
 * when every one was received.
 */
public final class SendCommand {

    private static final int MOST_AT_ONCE = 256;
    private static final int BATCH_LINES = 500;
    private static final int BATCH_CHARS = 262_144;

    private final String file;
    private final URI service;
    private final String key;
    private final int concurrency;
    private final boolean terminal;

    public SendCommand(List<String> words, Map<String, String> environment) {
        Arguments arguments = new Arguments(words, Set.of("url", "key", "concurrency"), Set.of());
        file = arguments.rest(1, "one FILE, or - for standard input").getFirst();
        service = arguments.service(environment);
        key = arguments.setting("key", environment, "TRIGGERS_KEY");
        concurrency = arguments.number("concurrency", 1, MOST_AT_ONCE, 1);
        terminal = environment.getOrDefault("TRIGGERS_TERMINAL", "").equals("1");
    }

    public int run() {
        Tally tally = new Tally();
        try (InputStream in = open();
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8));
                Progress _ = Progress.show(tally, terminal)) {
            sendAll(lines, tally);
        } catch (IOException e) {
            throw new Failure(file + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.out.println(tally.summary());
        return tally.allReceived() ? 0 : 1;
    }

    private InputStream open() throws IOException {
        if (file.equals("-")) {
            return System.in;
        }
        if (!Files.isRegularFile(Path.of(file))) {
            throw new Failure(file + ": no such file");
        }
        return Files.newInputStream(Path.of(file));
    }

    private void sendAll(BufferedReader lines, Tally tally) throws IOException, InterruptedException {
        EventSender sender = new EventSender(service, key, tally);
        Semaphore places = new Semaphore(concurrency);
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Line> batch = new ArrayList<>();
            int chars = 0;
            long number = 0;
            for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                number++;
                if (!text.isBlank()) {
                    batch.add(new Line(number, text));
                    chars += text.length();
                }
                if (batch.size() == BATCH_LINES || chars >= BATCH_CHARS || !lines.ready()) {
                    send(batch, sender, places, senders);
                    batch = new ArrayList<>();
                    chars = 0;
                }
            }
            send(batch, sender, places, senders);
        }
        sender.awaitOutcome();
    }

    private static void send(List<Line> batch, EventSender sender, Semaphore places, ExecutorService senders)
            throws InterruptedException {
        if (batch.isEmpty()) {
            return;
        }
        places.acquire();
        senders.execute(() -> {
            try {
                sender.send(batch);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                places.release();
            }
        });
    }
}
