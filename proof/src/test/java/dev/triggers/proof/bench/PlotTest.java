package dev.triggers.proof.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class PlotTest {

    private static NodeList elements(Plot plot, String name) throws Exception {
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(plot.svg().getBytes(UTF_8)))
                .getElementsByTagName(name);
    }

    @Test
    void aLineGoesFromTheLowerLeftToTheUpperRight() throws Exception {
        Plot plot = Plot.lines(
                "n",
                "a < b & c",
                "s",
                "events",
                Map.of("one", List.of(new Plot.Point(0, 0), new Plot.Point(5, 50), new Plot.Point(10, 100))));

        NodeList lines = elements(plot, "polyline");

        assertThat(lines.getLength()).isEqualTo(1);
        assertThat(((Element) lines.item(0)).getAttribute("points")).isEqualTo("76.0,312.0 404.0,188.0 732.0,64.0");
        assertThat(plot.marks()).containsValues("0", "2", "10");
    }

    @Test
    void percentilesAreWiderTheRarerTheyAre() throws Exception {
        Histogram latency = Outcomes.histogram();
        for (int i = 1; i <= 10_000; i++) {
            latency.recordValue(i * 1_000L);
        }

        Plot plot = Plot.percentiles("n", "t", Map.of("one", latency));

        assertThat(plot.marks().values()).containsExactly("least", "p50", "p90", "p95", "p99", "p99.9", "p99.99");
        assertThat(List.copyOf(plot.marks().keySet())).isSorted();
        assertThat(elements(plot, "polyline").getLength()).isEqualTo(1);
        assertThat(plot.lines().values().iterator().next().getLast().y()).isBetween(9_990.0, 10_010.0);
    }
}
