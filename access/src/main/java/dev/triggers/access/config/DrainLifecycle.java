package dev.triggers.access.config;

import dev.triggers.access.http.Drain;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Drains before anything else stops: the highest phase goes first, and the web server and all beans are below it. */
final class DrainLifecycle implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(DrainLifecycle.class);

    private final Drain drain;
    private final DrainConfig config;
    private volatile boolean running;

    DrainLifecycle(Drain drain, DrainConfig config) {
        this.drain = drain;
        this.config = config;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Returns within the two durations of the {@link DrainConfig}. */
    @Override
    public void stop() {
        running = false;
        drain.announce();
        log.atInfo()
                .addKeyValue("notice_ms", config.notice().toMillis())
                .addKeyValue("under_way", drain.underWay())
                .log("Draining");
        try {
            Thread.sleep(config.notice());
            if (!drain.refuse(config.finish())) {
                log.atWarn()
                        .addKeyValue("under_way", drain.underWay())
                        .log("Requests did not finish in time and are cut off");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
