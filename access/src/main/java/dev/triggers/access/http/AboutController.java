package dev.triggers.access.http;

import dev.triggers.common.about.Readiness;
import dev.triggers.common.about.ReadinessReport;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What a process says about itself: alive, ready, and its numbers. No key is asked for. */
@RestController
public final class AboutController {

    private static final MediaType METRICS = MediaType.parseMediaType("text/plain;version=0.0.4;charset=utf-8");

    private final Supplier<List<Readiness>> parts;
    private final PrometheusMeterRegistry metrics;

    public AboutController(Supplier<List<Readiness>> parts, PrometheusMeterRegistry metrics) {
        this.parts = parts;
        this.metrics = metrics;
    }

    @GetMapping("/livez")
    ResponseEntity<String> alive() {
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body("{\"status\":\"alive\"}");
    }

    @GetMapping("/readyz")
    ResponseEntity<String> ready() {
        ReadinessReport report = ReadinessReport.of(parts.get());
        return ResponseEntity.status(report.status())
                .contentType(MediaType.APPLICATION_JSON)
                .body(report.json());
    }

    @GetMapping("/metrics")
    ResponseEntity<String> metrics() {
        return ResponseEntity.ok().contentType(METRICS).body(metrics.scrape());
    }
}
