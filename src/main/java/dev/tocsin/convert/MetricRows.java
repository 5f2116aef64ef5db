package dev.tocsin.convert;

import dev.tocsin.config.ConfigException;
import dev.tocsin.config.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The {@code metrics} of a CloudWatch dashboard's widget, where {@code "."} repeats one word of the row above and
 * {@code "..."} as many as are needed. No state.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html">
 *     dashboard body structure</a>
 */
final class MetricRows {
    private MetricRows() {}

    /**
     * @param words namespace, metric, then names and values of dimensions; empty for a row of metric math
     * @param options what stood in braces at the row's end
     */
    record Row(List<String> words, Fields options) {
        CloudWatchMetric metric() {
            Map<String, String> dimensions = new LinkedHashMap<>();
            for (int i = 2; i + 1 < words.size(); i += 2) {
                dimensions.put(words.get(i), words.get(i + 1));
            }
            return new CloudWatchMetric(words.get(0), words.get(1), dimensions);
        }
    }

    static List<Row> expand(List<YamlNode> metrics) throws ConfigException {
        List<Row> rows = new ArrayList<>();
        List<String> above = List.of();
        for (YamlNode node : metrics) {
            List<YamlNode> items = new ArrayList<>(node.asList());
            boolean hasOptions = !items.isEmpty() && items.getLast().isMap();
            Fields options = hasOptions ? Fields.of(items.removeLast()) : Fields.none();
            List<String> words = words(node, items, above);
            if (words.size() % 2 != 0 || words.isEmpty() != options.has("expression")) {
                throw node.error("a metric has a namespace, a name, and pairs of dimension and value");
            }
            rows.add(new Row(words, options));
            if (!words.isEmpty()) {
                above = words;
            }
        }
        return rows;
    }

    /** The dimensions in which rows of one metric differ, by name; none where there are several metrics. */
    static List<String> telling(List<Row> rows) {
        List<CloudWatchMetric> metrics = rows.stream()
                .filter(row -> !row.words().isEmpty())
                .map(Row::metric)
                .toList();
        if (metrics.stream().map(CloudWatchMetric::name).distinct().count() != 1) {
            return List.of();
        }
        return metrics.stream()
                .flatMap(metric -> metric.dimensions().keySet().stream())
                .distinct()
                .sorted()
                .filter(name -> metrics.stream()
                                .map(metric -> metric.dimensions().getOrDefault(name, ""))
                                .distinct()
                                .count()
                        > 1)
                .toList();
    }

    private static List<String> words(YamlNode row, List<YamlNode> items, List<String> above) throws ConfigException {
        List<String> words = new ArrayList<>();
        for (YamlNode item : items) {
            String word = item.asString();
            if (word.equals("...")) {
                int left = items.size() - 1;
                if (above.size() < left) {
                    throw row.error("\"...\" repeats a row above that is not there, or shorter");
                }
                words.addAll(above.subList(0, above.size() - left));
            } else if (word.equals(".")) {
                if (above.size() <= words.size()) {
                    throw row.error("\".\" repeats a word of the row above that is not there");
                }
                words.add(above.get(words.size()));
            } else {
                words.add(word);
            }
        }
        return words;
    }
}
