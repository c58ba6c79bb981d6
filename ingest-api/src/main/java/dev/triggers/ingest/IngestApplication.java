package dev.triggers.ingest;

import dev.triggers.ingest.config.IngestConfiguration;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** Ingest as a process of its own, configured by {@code ingest-api.yml}. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(IngestConfiguration.class)
public class IngestApplication {

    public static void main(String[] args) {
        application().run(args);
    }

    static SpringApplication application() {
        SpringApplication application = new SpringApplication(IngestApplication.class);
        application.setDefaultProperties(Map.of("spring.config.name", "ingest-api"));
        return application;
    }
}
