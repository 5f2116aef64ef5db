package dev.tocsin.config;

import dev.tocsin.core.quality.Measure;
import dev.tocsin.watch.quality.Dataset;
import dev.tocsin.watch.quality.Expected;
import dev.tocsin.watch.quality.ExpectedKeys;
import dev.tocsin.watch.quality.Schedule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads one data set. */
final class DatasetReader {
    static final int MOST_ASSERTIONS = 50;
    static final int MOST_LISTED_KEYS = 100_000;

    private static final Set<String> KEYS = Set.of(
            "name",
            "every",
            "at",
            "timeout",
            "server",
            "severity",
            "labels",
            "completeness",
            "freshness",
            "coverage",
            "consistency",
            "weights");

    private static final Duration LEAST_EVERY = Duration.ofSeconds(1);
    private static final Duration MOST_EVERY = Duration.ofDays(7);
    private static final Duration LEAST_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration MOST_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration LEAST_AGE = Duration.ofSeconds(1);
    private static final Duration MOST_AGE = Duration.ofDays(3_650);
    private static final double MOST_WEIGHT = 1e6;

    private final SourceReader sources;

    private DatasetReader(SourceReader sources) {
        this.sources = sources;
    }

    /** @param servers names that there are */
    static Dataset read(YamlNode node, Set<String> servers) throws ConfigException {
        CheckKeys keys = new CheckKeys(node, KEYS);
        DatasetReader reader = new DatasetReader(new SourceReader(keys.text("server", ""), servers));
        try {
            return new Dataset(
                    keys.required("name", "a data set", YamlNode::asString),
                    schedule(keys),
                    keys.duration("timeout", Dataset.DEFAULT_TIMEOUT, LEAST_TIMEOUT, MOST_TIMEOUT),
                    keys.text("severity", Dataset.DEFAULT_SEVERITY),
                    keys.labels("labels", Dataset.OWN_LABELS),
                    keys.optional("completeness", reader::completeness),
                    keys.optional("freshness", reader::freshness),
                    keys.optional("coverage", reader::coverage),
                    keys.optional("consistency", reader::consistency),
                    keys.read("weights", Map.of(), DatasetReader::weights));
        } catch (IllegalArgumentException e) {
            throw node.error(String.valueOf(e.getMessage()));
        }
    }

    private static Schedule schedule(CheckKeys keys) throws ConfigException {
        if (keys.has("at") && keys.has("every")) {
            throw keys.error("at", "a data set has every, or at, not both");
        }
        if (!keys.has("at")) {
            return new Schedule.Every(keys.duration("every", Dataset.DEFAULT_EVERY, LEAST_EVERY, MOST_EVERY));
        }
        try {
            List<Schedule.TimeOfDay> times = new ArrayList<>();
            for (String text : keys.texts("at")) {
                times.add(Schedule.TimeOfDay.parse(text));
            }
            return new Schedule.At(times);
        } catch (IllegalArgumentException e) {
            throw keys.error("at", String.valueOf(e.getMessage()));
        }
    }

    private Dataset.Completeness completeness(YamlNode node) throws ConfigException {
        CheckKeys keys = new CheckKeys(node, SourceReader.with("expected", "min"));
        return new Dataset.Completeness(
                sources.read(node, keys),
                keys.read("expected", new Expected.Told(), this::expected),
                keys.read("min", Dataset.DEFAULT_COMPLETENESS, DatasetReader::share));
    }

    private Expected expected(YamlNode node) throws ConfigException {
        if (node.isMap()) {
            return new Expected.Asked(sources.read(node, new CheckKeys(node, SourceReader.with())));
        }
        double count = node.asDouble();
        if (!(count > 0) || !Double.isFinite(count)) {
            throw node.error("expected a number above 0, found \"" + node.asString() + "\"");
        }
        return new Expected.Count(count);
    }

    private Dataset.Freshness freshness(YamlNode node) throws ConfigException {
        CheckKeys keys = new CheckKeys(node, SourceReader.with("files", "sample", "max"));
        Duration most = keys.duration("max", Dataset.DEFAULT_AGE, LEAST_AGE, MOST_AGE);
        return new Dataset.Freshness(sources.readNewest(node, keys, most), most);
    }

    private Dataset.Coverage coverage(YamlNode node) throws ConfigException {
        CheckKeys keys = new CheckKeys(node, SourceReader.with("label", "expected", "min"));
        return new Dataset.Coverage(
                sources.readKeys(node, keys),
                keys.required("expected", "coverage", this::expectedKeys),
                keys.read("min", Dataset.DEFAULT_COVERAGE, DatasetReader::share));
    }

    private ExpectedKeys expectedKeys(YamlNode node) throws ConfigException {
        if (node.isMap()) {
            return new ExpectedKeys.Asked(sources.readKeys(node, new CheckKeys(node, SourceReader.with("label"))));
        }
        Set<String> listed = new LinkedHashSet<>();
        for (YamlNode item : node.asList()) {
            listed.add(item.asString());
        }
        if (listed.isEmpty() || listed.size() > MOST_LISTED_KEYS) {
            throw node.error("expected a list of 1 to " + MOST_LISTED_KEYS + " keys, found " + listed.size());
        }
        return new ExpectedKeys.Listed(listed);
    }

    private Dataset.Consistency consistency(YamlNode node) throws ConfigException {
        CheckKeys keys = new CheckKeys(node, Set.of("assertions", "min"));
        List<Dataset.Assertion> assertions = keys.required("assertions", "consistency", this::assertions);
        return new Dataset.Consistency(assertions, keys.read("min", Dataset.DEFAULT_CONSISTENCY, DatasetReader::share));
    }

    private List<Dataset.Assertion> assertions(YamlNode list) throws ConfigException {
        List<Dataset.Assertion> assertions = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (YamlNode node : list.asList()) {
            CheckKeys keys = new CheckKeys(node, SourceReader.with("name", "weight"));
            String name = keys.required("name", "an assertion", YamlNode::asString);
            if (name.isBlank() || !names.add(name)) {
                throw keys.error("name", "every assertion of a data set has a name of its own");
            }
            double weight = keys.read("weight", Dataset.DEFAULT_WEIGHT, DatasetReader::weight);
            if (weight == 0) {
                throw keys.error("weight", "an assertion that weighs nothing says nothing; expected more than 0");
            }
            assertions.add(new Dataset.Assertion(name, weight, sources.read(node, keys)));
        }
        if (assertions.isEmpty() || assertions.size() > MOST_ASSERTIONS) {
            throw list.error("expected 1 to " + MOST_ASSERTIONS + " assertions, found " + assertions.size());
        }
        return assertions;
    }

    private static Map<Measure, Double> weights(YamlNode node) throws ConfigException {
        Map<Measure, Double> weights = new EnumMap<>(Measure.class);
        List<String> known =
                List.of(Measure.values()).stream().map(Measure::word).toList();
        Map<String, YamlNode> given = node.asMap(known);
        for (Measure measure : Measure.values()) {
            YamlNode weight = given.get(measure.word());
            if (weight != null) {
                weights.put(measure, weight(weight));
            }
        }
        return weights;
    }

    private static double weight(YamlNode node) throws ConfigException {
        return between(node, MOST_WEIGHT);
    }

    private static double share(YamlNode node) throws ConfigException {
        return between(node, 1);
    }

    private static double between(YamlNode node, double most) throws ConfigException {
        double value = node.asDouble();
        if (!(value >= 0 && value <= most)) {
            throw node.error("expected 0 to " + (long) most + ", found \"" + node.asString() + "\"");
        }
        return value;
    }
}
