package dev.tocsin.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DemoTrafficTest {
    private static final long SEED = 7;
    /** A multiple of the compressed day, so it begins at its average. */
    private static final long ORIGIN = 1_763_704_800_000L;

    private static final Pattern COUNTER = Pattern.compile("http\\.requests:(\\d+)\\|c\\|#service:(\\w+),.*");

    private final DemoIncidents incidents = new DemoIncidents(SEED, ORIGIN);

    /** What is sent in steps of 200 ms over a stretch of simulated time. */
    private static List<String> linesBetween(long fromMillis, long toMillis) {
        DemoTraffic traffic = new DemoTraffic(SEED, ORIGIN);
        List<String> lines = new ArrayList<>();
        for (long t = fromMillis; t < toMillis; t += 200) {
            lines.addAll(traffic.lines(t, t + 200));
        }
        return lines;
    }

    private static double requests(List<String> lines, String service, String status) {
        double count = 0;
        for (String line : lines) {
            Matcher counter = COUNTER.matcher(line);
            if (counter.matches() && counter.group(2).equals(service) && line.endsWith("status:" + status)) {
                count += Double.parseDouble(counter.group(1));
            }
        }
        return count;
    }

    private static double medianLatency(List<String> lines, String service) {
        List<Double> values = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("http.request.duration:") && line.contains("#service:" + service)) {
                String packed = line.substring(line.indexOf(':') + 1, line.indexOf('|'));
                Arrays.stream(packed.split(":", -1)).map(Double::valueOf).forEach(values::add);
            }
        }
        values.sort(null);
        return values.get(values.size() / 2);
    }

    @Test
    void theSameSeedSendsTheSame() {
        assertThat(linesBetween(ORIGIN, ORIGIN + 5_000)).isEqualTo(linesBetween(ORIGIN, ORIGIN + 5_000));
    }

    @Test
    void everyLineIsDogStatsd() {
        assertThat(linesBetween(ORIGIN, ORIGIN + DemoIncidents.CYCLE_MILLIS))
                .allMatch(line -> line.matches("[a-z.]+(:u?[0-9.]+)+\\|[cgds]\\|#[a-z]+:[^|]+")
                        || line.matches("_e\\{\\d+,\\d+}:[^|]+\\|[^|]+\\|s:deploy\\|t:info\\|#service:.+,version:.+"));
    }

    @Test
    void requestsComeAtTheRateOfTheHour() {
        List<String> minute = linesBetween(ORIGIN, ORIGIN + 60_000);
        double wave = 0;
        for (int s = 0; s < 60; s++) {
            wave += DemoTraffic.wave(ORIGIN + s * 1_000L) / 60;
        }

        double perSecond = requests(minute, "catalog", "200") / 60;

        assertThat(perSecond).isCloseTo(90 * wave * 0.99, within(4.0));
    }

    @Test
    void theWaveStaysWithinItsBounds() {
        for (long t = ORIGIN; t < ORIGIN + 600_000; t += 1_000) {
            assertThat(DemoTraffic.wave(t)).isBetween(0.4, 1.6);
        }
    }

    @Test
    void theFirstIncidentComesWithinThreeMinutesAndEachCycleHasOne() {
        for (int cycle = 0; cycle < 20; cycle++) {
            long start = ORIGIN + cycle * DemoIncidents.CYCLE_MILLIS;
            DemoIncidents.Incident incident = incidents.during(start);

            assertThat(incident.startMillis()).isBetween(start + 90_000, start + 150_000);
            assertThat(incidents.during(start + DemoIncidents.CYCLE_MILLIS - 1)).isEqualTo(incident);
        }
    }

    @Test
    void incidentsHitDifferentServices() {
        assertThat(java.util.stream.IntStream.range(0, 20)
                        .map(cycle -> incidents
                                .during(ORIGIN + cycle * DemoIncidents.CYCLE_MILLIS)
                                .service())
                        .distinct()
                        .count())
                .isEqualTo(4);
    }

    @Test
    void anIncidentEndsAfterAMinute() {
        DemoIncidents.Incident incident = incidents.during(ORIGIN);

        assertThat(incident.hits(incident.service(), incident.startMillis() - 1))
                .isFalse();
        assertThat(incident.hits(incident.service(), incident.startMillis())).isTrue();
        assertThat(incident.hits(incident.service(), incident.startMillis() + 59_999))
                .isTrue();
        assertThat(incident.hits(incident.service(), incident.startMillis() + 60_000))
                .isFalse();
        assertThat(incident.hits(incident.service() + 1, incident.startMillis()))
                .isFalse();
    }

    @Test
    void duringAnIncidentTheServiceIsEightTimesSlowerAndFailsAFifth() {
        DemoIncidents.Incident incident = incidents.during(ORIGIN);
        String service = DemoService.ALL.get(incident.service()).name();
        long start = incident.startMillis();

        List<String> before = linesBetween(start - 30_000, start - 200);
        List<String> during = linesBetween(start, start + 30_000);

        assertThat(medianLatency(during, service) / medianLatency(before, service))
                .isCloseTo(8, within(1.5));
        double failed = requests(during, service, "500");
        double all = failed + requests(during, service, "200") + requests(during, service, "404");
        assertThat(failed / all).isCloseTo(0.2, within(0.05));
    }

    @Test
    void theDeploymentIsAnnouncedOnceShortlyBefore() {
        DemoIncidents.Incident incident = incidents.during(ORIGIN);
        String service = DemoService.ALL.get(incident.service()).name();

        List<String> events = linesBetween(ORIGIN, ORIGIN + DemoIncidents.CYCLE_MILLIS).stream()
                .filter(line -> line.startsWith("_e"))
                .toList();

        assertThat(events).hasSize(1);
        assertThat(events.getFirst()).contains("Deployed " + service, "#service:" + service);
        assertThat(linesBetween(incident.startMillis() - 8_200, incident.startMillis() - 7_800))
                .contains(events.getFirst());
    }

    @Test
    void everyLineFitsADatagram() {
        DemoTraffic traffic = new DemoTraffic(SEED, ORIGIN);

        assertThat(traffic.lines(ORIGIN, ORIGIN + 2_000))
                .allMatch(line -> line.length() <= DemoVerticle.DATAGRAM_BYTES);
    }
}
