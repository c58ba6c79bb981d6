package dev.triggers.processor.streams;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What the processor logs while this is open: the messages, without their key-values. */
final class Said extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final Logger logger = (Logger) LoggerFactory.getLogger(ProcessorRunner.class.getPackageName());
    private final List<String> messages = new CopyOnWriteArrayList<>();

    static Said listen() {
        Said said = new Said();
        said.start();
        said.logger.setLevel(Level.INFO);
        said.logger.addAppender(said);
        return said;
    }

    @Override
    protected void append(ILoggingEvent event) {
        messages.add(event.getMessage());
    }

    List<String> messages() {
        return messages;
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        logger.setLevel(null);
        stop();
    }
}
