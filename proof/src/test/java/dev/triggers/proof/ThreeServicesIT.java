package dev.triggers.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.triggers.backends.EmbeddedBackends;
import dev.triggers.backends.Ports;
import dev.triggers.proof.Client.InboxEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The services as they are deployed: three processes from their own jars. */
class ThreeServicesIT {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void threeProcessesDoWhatOneDoesAndSurviveBeingKilled() {
        try (EmbeddedBackends backends = EmbeddedBackends.start(directory.resolve("backends"), Ports.free());
                Services services = new Services(backends, directory)) {
            Launched ingest = services.start("ingest-api");
            Launched processor = services.start("event-processor");
            Launched inbox = services.start("inbox-projector");
            services.awaitReady();
            Client client =
                    Client.ofNewOrg(services.uri("ingest-api"), services.uri("inbox-projector"), Services.ADMIN_TOKEN);

            Project.sample().forEach(client::submit);
            List<InboxEvent> before = awaitInbox(client, Project.sample().size());
            client.acknowledge(List.of(before.getFirst().id()));

            processor.kill();
            inbox.kill();
            client.submit("{\"type\":\"while.away\",\"data\":{}}");
            ingest.kill();
            services.start("ingest-api");
            services.start("event-processor");
            services.start("inbox-projector");
            services.awaitReady();
            Project.sample().forEach(client::submit);

            List<InboxEvent> after = awaitInbox(client, Project.sample().size());
            assertThat(after.subList(0, before.size() - 1)).isEqualTo(before.subList(1, before.size()));
            assertThat(after.getLast().type()).isEqualTo("while.away");
            assertThat(after.getLast().sequence()).isEqualTo(before.size() + 1L);
        }
    }

    private static List<InboxEvent> awaitInbox(Client client, int size) {
        return await().atMost(SOON).until(client::inbox, inbox -> inbox.size() == size);
    }
}
