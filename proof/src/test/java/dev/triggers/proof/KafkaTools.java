package dev.triggers.proof;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Does what two of Kafka's commands do, as far as {@code docs/topics.md} has them: {@code kafka-configs} for a SCRAM user,
 * {@code kafka-acls} to allow. No registry has the tools' jar; a word that is not known here fails.
 */
final class KafkaTools {

    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
    private static final Pattern PASSWORD = Pattern.compile("SCRAM-SHA-512=\\[password=([^\\]]+)]");
    private static final int ITERATIONS = 4_096;

    private final Admin admin;

    KafkaTools(Admin admin) {
        this.admin = admin;
    }

    void run(String command) throws Exception {
        List<String> words =
                WORD.matcher(command).results().map(KafkaTools::word).toList();
        switch (words.getFirst()) {
            case "kafka-configs" -> addUser(words);
            case "kafka-acls" -> allow(words);
            default -> throw new IllegalArgumentException(command);
        }
    }

    private static String word(MatchResult word) {
        return word.group(1) == null ? word.group(2) : word.group(1);
    }

    private void addUser(List<String> words) throws Exception {
        assertThat(words).contains("--alter").containsSequence("--entity-type", "users");
        var password = PASSWORD.matcher(after(words, "--add-config").getFirst());
        assertThat(password.matches()).isTrue();
        admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                        after(words, "--entity-name").getFirst(),
                        new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, ITERATIONS),
                        password.group(1).getBytes(StandardCharsets.UTF_8))))
                .all()
                .get(10, SECONDS);
    }

    private void allow(List<String> words) throws Exception {
        assertThat(words).contains("--add");
        List<AclBinding> bindings = new ArrayList<>();
        PatternType pattern = after(words, "--resource-pattern-type").contains("prefixed")
                ? PatternType.PREFIXED
                : PatternType.LITERAL;
        Map<String, ResourceType> resources = Map.of(
                "--topic", ResourceType.TOPIC,
                "--group", ResourceType.GROUP,
                "--transactional-id", ResourceType.TRANSACTIONAL_ID);
        resources.forEach((option, type) -> after(words, option)
                .forEach(name -> after(words, "--operation")
                        .forEach(operation -> bindings.add(new AclBinding(
                                new ResourcePattern(type, name, pattern),
                                new AccessControlEntry(
                                        after(words, "--allow-principal").getFirst(),
                                        "*",
                                        operation(operation),
                                        AclPermissionType.ALLOW))))));
        assertThat(bindings).as(String.join(" ", words)).isNotEmpty();
        admin.createAcls(bindings).all().get(10, SECONDS);
    }

    private static AclOperation operation(String name) {
        AclOperation operation = AclOperation.fromString(
                name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT));
        assertThat(operation.isUnknown()).as(name).isFalse();
        return operation;
    }

    /** What stands behind each occurrence of an option. */
    private static List<String> after(List<String> words, String option) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < words.size() - 1; i++) {
            if (words.get(i).equals(option)) {
                values.add(words.get(i + 1));
            }
        }
        return values;
    }
}
