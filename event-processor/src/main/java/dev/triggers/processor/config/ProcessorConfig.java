package dev.triggers.processor.config;

import dev.triggers.common.wire.ClientProperties;
import dev.triggers.common.wire.KafkaConnection;
import dev.triggers.processor.topology.AdmissionPolicy;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The processor's settings, prefix {@code triggers.processor}.
 *
 * @param kafkaBootstrap {@code host:port,…} of the Kafka cluster
 * @param kafkaProperties anything else its clients need, by Kafka's names: security, above all
 * @param partitions of every topic, used only when they are created: chosen once and for life
 * @param replicationFactor of every topic and changelog
 * @param stateDir where RocksDB keeps its files; can be lost, is restored from the changelogs
 * @param instanceId a name of this instance that stays over restarts, unlike any other's; empty: none
 * @param threads stream threads of this instance, 1 to the number of partitions
 * @param standbyReplicas warm copies of the state on other instances
 * @param commitInterval how long a transaction stays open: latency against throughput
 * @param earlyCommitInterval how often transactions end before that while little is decided, at most
 * @param blockCacheBytes RocksDB's cache over all stores of this process
 * @param writeBufferBytes RocksDB's memtables over all stores of this process
 * @param filterBytes what filters in memory may take that answer for ids never seen, over all partitions of this process
 * @param dedupWindow how long an accepted dedup id is remembered
 * @param debtBursts how far an org's budget may go below zero, in bursts
 * @param aboutPort where /livez, /readyz and /metrics are served; -1: nowhere
 * @param bindAddress what that port is bound to
 */
@ConfigurationProperties("triggers.processor")
public record ProcessorConfig(
        @DefaultValue("127.0.0.1:9092") String kafkaBootstrap,
        @DefaultValue Map<String, String> kafkaProperties,
        @DefaultValue("12") int partitions,
        @DefaultValue("3") int replicationFactor,
        @DefaultValue("state") String stateDir,
        @DefaultValue("") String instanceId,
        @DefaultValue("2") int threads,
        @DefaultValue("1") int standbyReplicas,
        @DefaultValue("100ms") Duration commitInterval,
        @DefaultValue("20ms") Duration earlyCommitInterval,
        @DefaultValue("67108864") long blockCacheBytes,
        @DefaultValue("67108864") long writeBufferBytes,
        @DefaultValue("33554432") long filterBytes,
        @DefaultValue("24h") Duration dedupWindow,
        @DefaultValue("10") int debtBursts,
        @DefaultValue("8082") int aboutPort,
        @DefaultValue("127.0.0.1") String bindAddress) {

    public ProcessorConfig {
        kafkaProperties = new ClientProperties(kafkaProperties);
        require("threads", threads, 1, 256);
        require("partitions", partitions, 1, 10_000);
        require("replication-factor", replicationFactor, 1, 32);
        require("standby-replicas", standbyReplicas, 0, 8);
        require("about-port", aboutPort, -1, 65_535);
        require("commit-interval", commitInterval.toMillis(), 1, 60_000);
        require("early-commit-interval", earlyCommitInterval.toMillis(), 1, 60_000);
    }

    private static void require(String name, long value, long least, long most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "triggers.processor." + name + ": " + value + " (expected: " + least + " to " + most + ")");
        }
    }

    KafkaConnection kafka() {
        return new KafkaConnection(kafkaBootstrap, kafkaProperties);
    }

    AdmissionPolicy admission() {
        return new AdmissionPolicy(dedupWindow, debtBursts, AdmissionPolicy.DEFAULT.recordBytes());
    }
}
