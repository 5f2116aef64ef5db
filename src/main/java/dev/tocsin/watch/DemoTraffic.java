package dev.tocsin.watch;

import dev.tocsin.watch.DemoIncidents.Incident;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * What the clients of a small shop would send: DogStatsD lines for each stretch of time, from a seed. Requests come at
 * random around a rate that swings like a day compressed to ten minutes; latencies are lognormal; once in four minutes
 * a service is deployed, and then slow and failing for a minute. Confined to one thread.
 */
final class DemoTraffic {
    private static final long DAY_MILLIS = 600_000;
    private static final double INCIDENT_SLOWDOWN = 8;
    private static final double INCIDENT_ERROR_RATE = 0.2;
    private static final double NOT_FOUND_RATE = 0.01;
    private static final int USERS = 5_000;
    /** Latencies in one line; longer lines would not fit a datagram. */
    private static final int VALUES_PER_LINE = 100;

    private static final String[] REGIONS = {"eu", "us", "apac"};
    private static final double[] REGION_SHARES = {0.5, 0.35, 0.15};

    private final Random random;
    private final DemoIncidents incidents;
    private final double[] queueDepth = new double[DemoService.ALL.size()];
    private final List<String> lines = new ArrayList<>();

    /** @param originMillis wall time at which the first four minutes begin */
    DemoTraffic(long seed, long originMillis) {
        this.random = new Random(seed);
        this.incidents = new DemoIncidents(seed, originMillis);
    }

    /** What was sent after {@code fromMillis} up to {@code toMillis}, one line an entry. */
    List<String> lines(long fromMillis, long toMillis) {
        lines.clear();
        double seconds = (toMillis - fromMillis) / 1_000.0;
        Incident incident = incidents.during(toMillis);
        if (incident.deployedMillis() > fromMillis && incident.deployedMillis() <= toMillis) {
            deployment(incident);
        }
        double hour = wave(toMillis);
        for (int i = 0; i < DemoService.ALL.size(); i++) {
            service(i, hour, seconds, incident.hits(i, toMillis));
        }
        orders(hour, seconds, incident.hits(indexOf("payments"), toMillis));
        return List.copyOf(lines);
    }

    /** From 0.4 at night to 1.6 at the evening's peak, with a smaller one at noon. */
    static double wave(long timeMillis) {
        double angle = 2 * Math.PI * Math.floorMod(timeMillis, DAY_MILLIS) / DAY_MILLIS;
        return 1 + 0.45 * Math.sin(angle) + 0.15 * Math.sin(2 * angle);
    }

    private void deployment(Incident incident) {
        DemoService service = DemoService.ALL.get(incident.service());
        String version = "1." + (40 + incident.number() % 50);
        String title = "Deployed " + service.name() + " " + version;
        String text = "by the demo; trouble follows in " + DemoIncidents.DEPLOYED_BEFORE_MILLIS / 1_000 + " s";
        lines.add("_e{" + bytes(title) + "," + bytes(text) + "}:" + title + "|" + text + "|s:deploy|t:info|#service:"
                + service.name() + ",version:" + version);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private void service(int index, double hour, double seconds, boolean inTrouble) {
        DemoService service = DemoService.ALL.get(index);
        double rate = service.requestsPerSecond() * hour;
        for (DemoService.Route route : service.routes()) {
            route(service, route, poisson(rate * route.share() * seconds), inTrouble);
        }
        // A queue grows with what is not worked off, and empties again.
        double target = inTrouble ? 400 : 3 * hour;
        double step = Math.min(1, seconds / (inTrouble ? 20 : 6));
        queueDepth[index] += (target - queueDepth[index]) * step;
        double jitter = Math.max(0, queueDepth[index] * (1 + 0.1 * random.nextGaussian()));
        lines.add("queue.depth:" + Math.round(jitter) + "|g|#service:" + service.name());
        for (int i = poisson(rate * seconds / 4); i > 0; i--) {
            // Of two draws the smaller: some users are seen far more often than others.
            int user = Math.min(random.nextInt(USERS), random.nextInt(USERS));
            lines.add("users.active:u" + user + "|s|#service:" + service.name());
        }
    }

    private void route(DemoService service, DemoService.Route route, int requests, boolean inTrouble) {
        int failed = 0;
        int notFound = 0;
        String tags = "#service:" + service.name() + ",route:" + route.path();
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < requests; i++) {
            double median = route.medianMillis() * (inTrouble ? INCIDENT_SLOWDOWN : 1);
            double millis = median * Math.exp(route.sigma() * random.nextGaussian());
            double outcome = random.nextDouble();
            double errorRate = inTrouble ? INCIDENT_ERROR_RATE : route.errorRate();
            if (outcome < errorRate) {
                failed++;
            } else if (outcome < errorRate + NOT_FOUND_RATE) {
                notFound++;
            }
            if (i % VALUES_PER_LINE == 0) {
                endLine(line, tags);
                line.append("http.request.duration");
            }
            line.append(':').append(String.format(Locale.ROOT, "%.2f", millis));
        }
        endLine(line, tags);
        requests(requests - failed - notFound, tags, 200);
        requests(notFound, tags, 404);
        requests(failed, tags, 500);
    }

    private void endLine(StringBuilder line, String tags) {
        if (!line.isEmpty()) {
            lines.add(line.append("|d|").append(tags).toString());
            line.setLength(0);
        }
    }

    private void requests(int count, String tags, int status) {
        if (count > 0) {
            lines.add("http.requests:" + count + "|c|" + tags + ",status:" + status);
        }
    }

    private void orders(double hour, double seconds, boolean paymentsInTrouble) {
        for (int i = 0; i < REGIONS.length; i++) {
            int orders = poisson(4 * hour * REGION_SHARES[i] * seconds * (paymentsInTrouble ? 0.5 : 1));
            if (orders == 0) {
                continue;
            }
            lines.add("orders.completed:" + orders + "|c|#region:" + REGIONS[i]);
            StringBuilder line = new StringBuilder("orders.value");
            for (int k = 0; k < orders; k++) {
                line.append(':').append(String.format(Locale.ROOT, "%.2f", 38 * Math.exp(0.7 * random.nextGaussian())));
            }
            lines.add(line.append("|d|#region:").append(REGIONS[i]).toString());
        }
    }

    private static int indexOf(String service) {
        for (int i = 0; i < DemoService.ALL.size(); i++) {
            if (DemoService.ALL.get(i).name().equals(service)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no service " + service);
    }

    /** Knuth's method where the mean is small, a rounded normal where it is not. */
    private int poisson(double mean) {
        if (mean > 30) {
            return (int) Math.max(0, Math.round(mean + Math.sqrt(mean) * random.nextGaussian()));
        }
        double limit = Math.exp(-mean);
        int count = 0;
        for (double product = random.nextDouble(); product > limit; product *= random.nextDouble()) {
            count++;
        }
        return count;
    }
}
