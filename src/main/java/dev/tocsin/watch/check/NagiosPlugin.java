package dev.tocsin.watch.check;

import dev.tocsin.core.Kind;
import dev.tocsin.core.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a command says by the convention of Nagios' plug-ins (Monitoring Plugins' development guidelines): the exit code is
 * the status, the first line the text; behind a bar stands performance data.
 *
 * <pre>
 *   DISK OK - free space: / 3326 MB | /=2643MB;5948;5958;0;5968 'a name'=12%;80
 * </pre>
 */
final class NagiosPlugin {
    private static final List<String> STATUSES = List.of("OK", "WARNING", "CRITICAL", "UNKNOWN");
    private static final int WARNING = 1;
    private static final int UNKNOWN = 3;
    private static final int MAX_LABEL = 100;

    private static final Pattern PERFORMANCE =
            Pattern.compile("(?:'((?:[^']|'')++)'|([^\\s=']++))=(-?[0-9.]++(?:[eE][-+]?[0-9]++)?)([a-zA-Z%]*+)\\S*+");

    private static final Map<String, Double> SECONDS = Map.of("s", 1.0, "ms", 1e-3, "us", 1e-6, "ns", 1e-9);
    private static final Map<String, Double> BYTES = Map.of(
            "b", 1.0,
            "kb", 1024.0,
            "mb", 1024.0 * 1024,
            "gb", 1024.0 * 1024 * 1024,
            "tb", 1024.0 * 1024 * 1024 * 1024);

    private NagiosPlugin() {}

    /** OK and WARNING are up; the status itself is told as {@code check_status}. */
    static ProbeResult result(int exitCode, String output) {
        int status = exitCode >= 0 && exitCode <= UNKNOWN ? exitCode : UNKNOWN;
        String text = output.lines().findFirst().orElse("");
        int bar = text.indexOf('|');
        String told = (bar < 0 ? text : text.substring(0, bar)).strip();
        if (told.isEmpty()) {
            told = STATUSES.get(status) + " (exit code " + exitCode + ")";
        }
        List<ProbeResult.Reading> readings = new ArrayList<>();
        readings.add(ProbeResult.Reading.gauge("check_status", status));
        readings.addAll(performance(output));
        ProbeResult result = status <= WARNING ? ProbeResult.ok(told) : ProbeResult.failed(told);
        return result.with(readings);
    }

    /** Of the first line and of all behind a bar in those that follow. */
    private static List<ProbeResult.Reading> performance(String output) {
        StringBuilder data = new StringBuilder();
        boolean began = false;
        int number = 0;
        for (String line : output.lines().toList()) {
            int bar = line.indexOf('|');
            boolean all = began && number > 1;
            if (all) {
                data.append(' ').append(line);
            } else if (bar >= 0) {
                data.append(' ').append(line, bar + 1, line.length());
                began |= number > 0;
            }
            number += number == 0 || began ? 1 : 0;
        }
        List<ProbeResult.Reading> readings = new ArrayList<>();
        Matcher found = PERFORMANCE.matcher(data);
        while (found.find() && readings.size() < CheckSeries.MAX_READINGS) {
            String quoted = found.group(1);
            String label = quoted == null ? found.group(2) : quoted.replace("''", "'");
            reading(label, found.group(3), found.group(4), readings);
        }
        return readings;
    }

    private static void reading(String label, String number, String unit, List<ProbeResult.Reading> into) {
        double value;
        try {
            value = Double.parseDouble(number);
        } catch (NumberFormatException e) {
            return;
        }
        String lower = unit.toLowerCase(Locale.ROOT);
        String named = unit;
        if (SECONDS.containsKey(lower)) {
            value *= SECONDS.get(lower);
            named = "seconds";
        } else if (BYTES.containsKey(lower)) {
            value *= BYTES.get(lower);
            named = "bytes";
        } else if (unit.equals("%")) {
            named = "percent";
        } else if (unit.equals("c")) {
            named = "";
        }
        String shortLabel = label.length() > MAX_LABEL ? label.substring(0, MAX_LABEL) : label;
        into.add(new ProbeResult.Reading(
                Kind.GAUGE, "check_performance", Labels.of("value", shortLabel, "unit", named), value));
    }
}
