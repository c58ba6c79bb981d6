package dev.triggers.access.config;

import dev.triggers.access.LookUps;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/** One layer's look-ups as meters: {@code triggers_key_lookups_total} by layer and result: hit, miss or failure. */
record LookUpMetrics(String layer, LookUps lookUps) implements MeterBinder {

    @Override
    public void bindTo(MeterRegistry registry) {
        result(registry, "hit", LookUps::hits);
        result(registry, "miss", LookUps::misses);
        result(registry, "failure", LookUps::failures);
    }

    private void result(MeterRegistry registry, String result, ToDoubleFunction<LookUps> count) {
        FunctionCounter.builder("triggers.key.lookups", lookUps, count)
                .description("Look-ups of API keys: hits, misses and failures of a layer are all that reached it")
                .tag("layer", layer)
                .tag("result", result)
                .register(registry);
    }
}
