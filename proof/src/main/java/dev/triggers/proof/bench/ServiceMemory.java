package dev.triggers.proof.bench;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a service's image gives its JVM of memory, in megabytes. Servers that are compared with ingest-api have what it has.
 *
 * @param least of the heap to begin with
 * @param young of it for what is young
 * @param survivorRatio what is new has so many times the room of either half for survivors
 */
record ServiceMemory(int least, int young, int survivorRatio) {

    static final String ARENAS = "MALLOC_ARENA_MAX";
    static final String MOST_ARENAS = "2";

    static final List<String> SERVICES = List.of("event-processor", "inbox-projector", "ingest-api");

    private static final int PARTS_OF_A_SMALL_HEAP = 3;

    static ServiceMemory of(String service) {
        return switch (service) {
            case "event-processor" -> new ServiceMemory(192, 128, 3);
            case "inbox-projector" -> new ServiceMemory(224, 160, 3);
            default -> new ServiceMemory(128, 96, 8);
        };
    }

    /** As the JVM is told; less where the heap is small. */
    List<String> options(int heap) {
        return List.of(
                "-Xms" + Math.min(least, heap) + "m",
                "-Xmn" + Math.min(young, heap / PARTS_OF_A_SMALL_HEAP) + "m",
                "-XX:SurvivorRatio=" + survivorRatio);
    }

    /** Of each service. */
    static String shown(Options options) {
        return SERVICES.stream()
                .map(service -> Stream.concat(Stream.of(service), ServiceProcess.jvmOptions(options, service).stream())
                        .collect(Collectors.joining(" ")))
                .collect(Collectors.joining("; "));
    }
}
