package dev.triggers.backends;

import java.util.Locale;
import java.util.Map;

/**
 * What makes a broker ask who comes: SASL/SCRAM-SHA-512 for clients, and KRaft's authorizer, which allows nothing that no
 * ACL does. One user, the super user, is there from the start and may do all; without TLS, for 127.0.0.1 alone.
 *
 * @param superUser letters, digits and dashes
 * @param password the super user's: no quotes, brackets or commas
 */
public record KafkaSecurity(String superUser, String password) {

    private static final String LISTENER = "SASL_PLAINTEXT";
    private static final String SCRAM = "SCRAM-SHA-512";

    /** What a client needs to come as a user, by Kafka's names. */
    public static Map<String, String> client(String user, String password) {
        return Map.of(
                "security.protocol",
                LISTENER,
                "sasl.mechanism",
                SCRAM,
                "sasl.jaas.config",
                login("scram.ScramLoginModule", user, password) + ";");
    }

    /** What a client of the super user needs. */
    public Map<String, String> client() {
        return client(superUser, password);
    }

    /** As the storage is formatted with it, so that the first client can come. */
    String superUserAsScram() {
        return SCRAM + "=[name=" + superUser + ",password=" + password + "]";
    }

    /** Broker and controller speak to each other as the super user too: SCRAM, and PLAIN where there are no users yet. */
    Map<String, String> broker(int port, int controllerPort) {
        String broker = LISTENER + "://127.0.0.1:" + port;
        String listener = "listener.name." + LISTENER.toLowerCase(Locale.ROOT) + ".";
        String controller = "listener.name.controller.";
        return Map.ofEntries(
                Map.entry("listeners", broker + "," + KafkaSettings.CONTROLLER + "://127.0.0.1:" + controllerPort),
                Map.entry("advertised.listeners", broker),
                Map.entry(
                        "listener.security.protocol.map",
                        LISTENER + ":" + LISTENER + "," + KafkaSettings.CONTROLLER + ":" + LISTENER),
                Map.entry("inter.broker.listener.name", LISTENER),
                Map.entry("sasl.mechanism.inter.broker.protocol", SCRAM),
                Map.entry("sasl.mechanism.controller.protocol", "PLAIN"),
                Map.entry(listener + "sasl.enabled.mechanisms", SCRAM),
                Map.entry(
                        listener + "scram-sha-512.sasl.jaas.config",
                        login("scram.ScramLoginModule", superUser, password) + ";"),
                Map.entry(controller + "sasl.enabled.mechanisms", "PLAIN"),
                Map.entry(
                        controller + "plain.sasl.jaas.config",
                        login("plain.PlainLoginModule", superUser, password) + " user_" + superUser + "=\"" + password
                                + "\";"),
                Map.entry("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
                Map.entry("super.users", "User:" + superUser));
    }

    private static String login(String module, String user, String password) {
        return "org.apache.kafka.common.security." + module + " required username=\"" + user + "\" password=\""
                + password + "\"";
    }

    /** Everything but the password. */
    @Override
    public String toString() {
        return superUser;
    }
}
