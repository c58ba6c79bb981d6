package dev.triggers.inbox.config;

import dev.triggers.inbox.IngestedLog;
import dev.triggers.inbox.Receipts;
import dev.triggers.inbox.Reconciliation;
import dev.triggers.inbox.SubmissionLog;
import dev.triggers.inbox.Submitting;
import dev.triggers.inbox.http.HistoryController;
import dev.triggers.inbox.http.ReceiptsController;
import dev.triggers.inbox.http.ReconciliationController;
import dev.triggers.inbox.http.RedrivesController;
import dev.triggers.inbox.kafka.KafkaIngested;
import dev.triggers.inbox.kafka.KafkaSubmissions;
import dev.triggers.inbox.kafka.KafkaSubmitting;
import dev.triggers.inbox.live.WakeUps;
import dev.triggers.inbox.postgres.PostgresBooks;
import dev.triggers.inbox.postgres.PostgresHistory;
import dev.triggers.inbox.postgres.PostgresReceipts;
import dev.triggers.inbox.postgres.PostgresRedrives;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What became of submissions, wired. */
@Configuration(proxyBeanMethods = false)
class OutcomesConfiguration {

    @Bean
    SubmissionLog inboxSubmissions(InboxConfig config) {
        return new KafkaSubmissions(config.kafka());
    }

    @Bean
    Submitting inboxSubmitting(InboxConfig config) {
        return new KafkaSubmitting(config.kafka());
    }

    @Bean
    RedrivesController inboxRedrivesController(
            @Qualifier("inboxReader") DataSource reader, Submitting log, InstantSource clock) {
        return new RedrivesController(new PostgresRedrives(reader, log, clock), clock);
    }

    @Bean
    HistoryController inboxHistoryController(@Qualifier("inboxReader") DataSource reader) {
        return new HistoryController(new PostgresHistory(reader));
    }

    @Bean
    IngestedLog inboxIngestedLog(InboxConfig config) {
        return new KafkaIngested(config.kafka());
    }

    @Bean
    ReconciliationController inboxReconciliationController(
            IngestedLog log,
            @Qualifier("inboxReader") DataSource reader,
            @Qualifier("inboxAuditor") DataSource auditor,
            InstantSource clock) {
        return new ReconciliationController(new Reconciliation(log, new PostgresBooks(reader, auditor)), clock);
    }

    @Bean
    Receipts inboxReceipts(@Qualifier("inboxReader") DataSource reader, SubmissionLog log) {
        return new PostgresReceipts(reader, log);
    }

    @Bean
    ReceiptsController inboxReceiptsController(Receipts receipts, WakeUps wakeUps) {
        return new ReceiptsController(receipts, wakeUps);
    }
}
