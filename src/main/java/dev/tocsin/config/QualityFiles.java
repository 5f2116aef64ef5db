package dev.tocsin.config;

import dev.tocsin.watch.quality.Dataset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code quality/*.yaml}. No state; safe from any thread. */
public final class QualityFiles {
    public static final int MOST_DATASETS = 200;

    private static final Set<String> KEYS = Set.of("datasets");

    private QualityFiles() {}

    /**
     * The data sets of all files.
     *
     * @param environment for {@code ${NAME}}
     * @param servers names of the PostgreSQL servers that there are
     * @throws ConfigException also where a name stands twice
     */
    public static List<Dataset> parseAll(List<ConfigText> files, Map<String, String> environment, Set<String> servers)
            throws ConfigException {
        List<Dataset> datasets = new ArrayList<>();
        Map<String, YamlNode> places = new LinkedHashMap<>();
        for (ConfigText file : files) {
            YamlNode root = YamlNode.parse(file.name(), file.text()).withEnvironment(environment);
            YamlNode list = root.asMap(KEYS).get("datasets");
            if (list == null) {
                throw root.error("a file of data sets has the key datasets: a list");
            }
            for (YamlNode node : list.asList()) {
                Dataset dataset = DatasetReader.read(node, servers);
                YamlNode before = places.put(dataset.name(), node);
                if (before != null) {
                    throw node.error("a data set \"" + dataset.name() + "\" stands at " + before.file() + ":"
                            + before.line() + " already");
                }
                datasets.add(dataset);
                if (datasets.size() > MOST_DATASETS) {
                    throw node.error("more than " + MOST_DATASETS + " data sets, which is the most allowed");
                }
            }
        }
        return List.copyOf(datasets);
    }
}
