package dev.triggers.backends.testing;

import java.time.Duration;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;

/** A container that is stopped and started again without being made anew, so that it keeps its data and its port. */
record ContainedServer(GenericContainer<?> container, Answers answers, Duration bound) implements KillableServer {

    private static final int STOPPED_SECONDS = 10;
    private static final Duration BETWEEN = Duration.ofMillis(100);

    @Override
    public void start() {
        if (!container.isRunning()) {
            DockerClientFactory.lazyClient()
                    .startContainerCmd(container.getContainerId())
                    .exec();
        }
        long deadline = System.nanoTime() + bound.toNanos();
        try {
            while (!answers.now()) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IllegalStateException(container.getDockerImageName() + ": no answer within " + bound);
                }
                Thread.sleep(BETWEEN);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void stop() {
        if (container.isRunning()) {
            DockerClientFactory.lazyClient()
                    .stopContainerCmd(container.getContainerId())
                    .withTimeout(STOPPED_SECONDS)
                    .exec();
        }
    }

    @Override
    public boolean running() {
        return container.isRunning();
    }

    @Override
    public void kill() {
        if (container.isRunning()) {
            DockerClientFactory.lazyClient()
                    .killContainerCmd(container.getContainerId())
                    .exec();
        }
    }
}
