package dev.triggers.proof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The commands of {@code docs/topics.md}. */
final class TopicPage {

    private static final Pattern SHELL = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
    private static final Pattern ADMIN = Pattern.compile("<!-- run by a test -->\n```\n(.*?)```", Pattern.DOTALL);

    private TopicPage() {}

    /** The one block of shell that has a word. */
    static String shell(String word) {
        List<String> blocks =
                blocks(SHELL).stream().filter(block -> block.contains(word)).toList();
        if (blocks.size() != 1) {
            throw new IllegalStateException(word + ": in " + blocks.size() + " blocks of docs/topics.md (expected: 1)");
        }
        return blocks.getFirst();
    }

    /** The commands by which users come to be and are allowed something, one a line. */
    static List<String> admin() {
        return blocks(ADMIN).stream().flatMap(String::lines).toList();
    }

    private static List<String> blocks(Pattern pattern) {
        try {
            String page = Files.readString(Project.ROOT.resolve("docs/topics.md"));
            return pattern.matcher(page).results().map(TopicPage::content).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String content(MatchResult block) {
        return block.group(1);
    }
}
