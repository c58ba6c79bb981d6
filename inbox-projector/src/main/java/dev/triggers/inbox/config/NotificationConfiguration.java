package dev.triggers.inbox.config;

import dev.triggers.inbox.http.NotificationController;
import dev.triggers.inbox.live.WakeUps;
import dev.triggers.inbox.notify.HttpsNotifier;
import dev.triggers.inbox.notify.NotificationDispatcher;
import dev.triggers.inbox.notify.Notifier;
import dev.triggers.inbox.notify.RetryPolicy;
import dev.triggers.inbox.postgres.NotificationRows;
import dev.triggers.inbox.postgres.PostgresNotificationQueue;
import io.micrometer.core.instrument.MeterRegistry;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Notifications, wired. */
@Configuration(proxyBeanMethods = false)
class NotificationConfiguration {

    @Bean
    Notifier inboxNotifier(InboxConfig config, InstantSource clock, @Value("${triggers.dev:false}") boolean dev)
            throws NoSuchAlgorithmException {
        boolean anywhere = config.notifications().anywhere();
        if (anywhere && !dev) {
            throw new IllegalArgumentException(
                    "triggers.inbox.notifications.anywhere: true (expected: false unless triggers.dev is true)");
        }
        return HttpsNotifier.create(config.notifications().atOnce(), anywhere, clock);
    }

    @Bean(initMethod = "start")
    NotificationDispatcher inboxNotificationDispatcher(
            InboxConfig config,
            Notifier notifier,
            @Qualifier("inboxAuditor") DataSource auditor,
            WakeUps wakeUps,
            MeterRegistry meters,
            InstantSource clock) {
        InboxConfig.Notifications settings = config.notifications();
        NotificationDispatcher dispatcher = new NotificationDispatcher(
                new PostgresNotificationQueue(auditor, clock),
                notifier,
                new RetryPolicy(settings.attempts(), settings.within(), settings.firstRetry(), settings.longestRetry()),
                settings.atOnce(),
                meters,
                clock);
        wakeUps.watchAll(dispatcher::wake);
        return dispatcher;
    }

    @Bean
    NotificationController inboxNotificationController(
            @Qualifier("inboxReader") DataSource reader, InstantSource clock) {
        return new NotificationController(new NotificationRows(reader, clock));
    }
}
