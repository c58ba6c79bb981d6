package dev.triggers.backends;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.utils.Exit;
import org.jspecify.annotations.Nullable;

/**
 * What happens when a broker wants to end its process, as it does on a fault it can not survive: each broker of this JVM
 * is told, and the JVM lives on. Which broker it was Kafka does not say.
 */
final class BrokerExits {

    private static final Set<EmbeddedKafka> BROKERS = ConcurrentHashMap.newKeySet();

    private BrokerExits() {}

    static synchronized void report(EmbeddedKafka broker) {
        BROKERS.add(broker);
        Exit.setExitProcedure((status, message) -> tell("exit " + status, message));
        Exit.setHaltProcedure((status, message) -> tell("halt " + status, message));
    }

    /** Once no broker runs here any more, what wants to end the process may do so again. */
    static synchronized void forget(EmbeddedKafka broker) {
        BROKERS.remove(broker);
        if (BROKERS.isEmpty()) {
            Exit.resetExitProcedure();
            Exit.resetHaltProcedure();
        }
    }

    private static void tell(String how, @Nullable String message) {
        var why = how + " by thread " + Thread.currentThread().getName() + (message == null ? "" : ": " + message);
        BROKERS.forEach(broker -> broker.failed(why));
    }
}
