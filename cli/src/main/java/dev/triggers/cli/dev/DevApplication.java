package dev.triggers.cli.dev;

import dev.triggers.inbox.config.InboxConfiguration;
import dev.triggers.ingest.config.IngestConfiguration;
import dev.triggers.processor.config.ProcessorConfiguration;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** The three services in one context, so on one port. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({IngestConfiguration.class, ProcessorConfiguration.class, InboxConfiguration.class})
class DevApplication {}
