package dev.triggers.proof.reference;

import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The server that the services run on, set as theirs is, which answers a POST and does nothing. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@RestController
public class EmptyServer {

    /** As in access's {@code http-server.yml}. */
    private static final Map<String, Object> AS_THE_SERVICES = Map.of(
            "spring.config.name",
            "reference",
            "spring.threads.virtual.enabled",
            true,
            "server.tomcat.max-keep-alive-requests",
            -1,
            "server.tomcat.keep-alive-timeout",
            "60s",
            "spring.mvc.formcontent.filter.enabled",
            false,
            "spring.mvc.publish-request-handled-events",
            false,
            "spring.servlet.encoding.enabled",
            false,
            "spring.servlet.multipart.enabled",
            false,
            "spring.main.banner-mode",
            "off");

    public static void main(String[] words) {
        SpringApplication application = new SpringApplication(EmptyServer.class);
        application.setDefaultProperties(AS_THE_SERVICES);
        application.run(words);
    }

    @PostMapping("/empty")
    @ResponseStatus(HttpStatus.ACCEPTED)
    void post() {}

    @GetMapping("/readyz")
    void ready() {}
}
