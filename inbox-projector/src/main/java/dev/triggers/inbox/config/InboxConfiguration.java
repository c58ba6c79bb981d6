package dev.triggers.inbox.config;

import dev.triggers.access.config.AccessConfiguration;
import dev.triggers.inbox.http.InboxErrors;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The inbox projector, wired. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(InboxConfig.class)
@Import({
    AccessConfiguration.class,
    InboxErrors.class,
    TablesConfiguration.class,
    ProjectionConfiguration.class,
    InboxesConfiguration.class,
    OutcomesConfiguration.class,
    StreamConfiguration.class,
    NotificationConfiguration.class
})
public class InboxConfiguration {}
