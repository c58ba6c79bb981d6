package dev.triggers.inbox.config;

import dev.triggers.inbox.DispositionLog;
import dev.triggers.inbox.Inbox;
import dev.triggers.inbox.Inboxes;
import dev.triggers.inbox.LeasePolicy;
import dev.triggers.inbox.Leases;
import dev.triggers.inbox.MarkerLog;
import dev.triggers.inbox.Operations;
import dev.triggers.inbox.http.InboxController;
import dev.triggers.inbox.http.InboxesController;
import dev.triggers.inbox.http.MessagesController;
import dev.triggers.inbox.http.OperationsController;
import dev.triggers.inbox.kafka.KafkaDispositions;
import dev.triggers.inbox.kafka.KafkaMarkers;
import dev.triggers.inbox.live.WakeUps;
import dev.triggers.inbox.postgres.InboxTurns;
import dev.triggers.inbox.postgres.LeaseSecret;
import dev.triggers.inbox.postgres.PostgresInbox;
import dev.triggers.inbox.postgres.PostgresInboxes;
import dev.triggers.inbox.postgres.PostgresLeases;
import dev.triggers.inbox.postgres.PostgresOperations;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Inboxes and what consumers do with them, wired. */
@Configuration(proxyBeanMethods = false)
class InboxesConfiguration {

    @Bean
    DispositionLog inboxDispositions(InboxConfig config) {
        return new KafkaDispositions(config.kafka());
    }

    @Bean
    InboxTurns inboxTurns(@Qualifier("inboxReader") DataSource reader, DispositionLog dispositions) {
        return new InboxTurns(reader, dispositions);
    }

    @Bean
    Inbox inbox(InboxTurns turns) {
        return new PostgresInbox(turns);
    }

    @Bean
    Leases inboxLeases(InboxTurns turns) {
        return new PostgresLeases(turns, LeasePolicy.DEFAULT);
    }

    @Bean
    Operations inboxOperations(@Qualifier("inboxReader") DataSource reader, DispositionLog dispositions) {
        return new PostgresOperations(reader, dispositions);
    }

    @Bean
    OperationsController inboxOperationsController(Operations operations, WakeUps wakeUps) {
        return new OperationsController(operations, wakeUps);
    }

    @Bean
    MessagesController inboxMessagesController(
            Leases leases, Inboxes inboxes, WakeUps wakeUps, @Qualifier("inboxReader") DataSource reader) {
        return new MessagesController(leases, inboxes, wakeUps, new LeaseSecret(reader));
    }

    @Bean
    MarkerLog inboxMarkers(InboxConfig config) {
        return new KafkaMarkers(config.kafka());
    }

    @Bean
    Inboxes inboxes(
            @Qualifier("inboxReader") DataSource reader, MarkerLog markers, InboxConfig config, InstantSource clock) {
        return new PostgresInboxes(reader, markers, config.mostInboxes(), clock);
    }

    @Bean
    InboxesController inboxInboxesController(Inboxes inboxes) {
        return new InboxesController(inboxes);
    }

    @Bean
    InboxController inboxController(Inbox inbox, WakeUps wakeUps) {
        return new InboxController(inbox, wakeUps);
    }
}
