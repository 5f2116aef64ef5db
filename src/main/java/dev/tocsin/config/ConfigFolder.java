package dev.tocsin.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder that holds {@code tocsin.yaml}, {@code alertmanager.yaml}, {@code postgres.yaml}, {@code scrape.yaml}, and
 * the folders {@code rules}, {@code dashboards}, {@code logs}, {@code checks} and {@code quality} of {@code *.yaml}, each
 * of which may be missing. Every call reads anew, so a reload sees what was edited.
 * Bounded: 8 MB a file, 1,000 files a folder. Immutable; its calls block on the file system.
 */
public final class ConfigFolder {
    private static final String SETTINGS = "tocsin.yaml";
    private static final String ALERTMANAGER = "alertmanager.yaml";
    private static final String POSTGRES = "postgres.yaml";
    private static final String SCRAPE = "scrape.yaml";
    private static final String RULES = "rules";
    private static final String DASHBOARDS = "dashboards";
    private static final String LOGS = "logs";
    private static final String CHECKS = "checks";
    private static final String QUALITY = "quality";
    private static final long MAX_FILE_BYTES = 8L << 20;
    private static final int MAX_FILES = 1_000;

    /** What errors call it, before the slash. */
    private final String name;

    /** The jar that the folder lies in; null where it lies in the default file system. */
    private final @Nullable Path jar;

    private final String folder;

    private ConfigFolder(String name, @Nullable Path jar, String folder) {
        this.name = name;
        this.jar = jar;
        this.folder = folder;
    }

    /**
     * The folder asked for; otherwise {@code conf} in the working directory where there is one of ours; otherwise the
     * defaults that are shipped inside the program.
     */
    public static ConfigFolder resolve(@Nullable Path asked) throws ConfigException {
        return resolve(asked, Path.of("conf"));
    }

    static ConfigFolder resolve(@Nullable Path asked, Path local) throws ConfigException {
        if (asked != null) {
            return of(asked);
        }
        boolean isOurs = Stream.of(SETTINGS, ALERTMANAGER, POSTGRES, SCRAPE, RULES, DASHBOARDS, LOGS, CHECKS, QUALITY)
                .anyMatch(entry -> Files.exists(local.resolve(entry)));
        return isOurs ? of(local) : shipped(ConfigFolder.class.getClassLoader(), "conf", SETTINGS);
    }

    /** What the demo load adds to any folder: rules about the metrics that it sends. */
    public static ConfigFolder demo() {
        return shipped(ConfigFolder.class.getClassLoader(), "demo", "rules/demo.yaml");
    }

    public static ConfigFolder of(Path directory) throws ConfigException {
        if (!Files.isDirectory(directory)) {
            throw new ConfigException(directory.toString(), 0, "", "is no directory");
        }
        return new ConfigFolder(directory.toString(), null, directory.toString());
    }

    /**
     * A folder of a class path, in a jar or out of it.
     *
     * @param knownFile a file that it holds: jars need not list folders
     */
    static ConfigFolder shipped(ClassLoader loader, String folder, String knownFile) {
        URL known = loader.getResource(folder + "/" + knownFile);
        if (known == null) {
            throw new IllegalStateException("the program was built without " + folder + "/" + knownFile);
        }
        try {
            String name = "shipped:" + folder;
            if (known.openConnection() instanceof JarURLConnection inJar) {
                return new ConfigFolder(name, Path.of(inJar.getJarFileURL().toURI()), folder);
            }
            String file = Path.of(known.toURI()).toString();
            return new ConfigFolder(name, null, file.substring(0, file.length() - knownFile.length()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException("no path: " + known, e);
        }
    }

    /** As told in logs and errors: a path, or {@code shipped:conf}. */
    public String name() {
        return name;
    }

    /** {@code tocsin.yaml}; an empty text where there is none. */
    public ConfigText settings() throws ConfigException {
        return read(root -> one(root, SETTINGS)).orElse(new ConfigText(name + "/" + SETTINGS, ""));
    }

    /** {@code alertmanager.yaml}, where there is one. */
    public Optional<ConfigText> alertmanager() throws ConfigException {
        return read(root -> one(root, ALERTMANAGER));
    }

    /** {@code postgres.yaml}, where there is one. */
    public Optional<ConfigText> postgres() throws ConfigException {
        return read(root -> one(root, POSTGRES));
    }

    /** {@code scrape.yaml}, where there is one. */
    public Optional<ConfigText> scrape() throws ConfigException {
        return read(root -> one(root, SCRAPE));
    }

    /** {@code rules/*.yaml} and {@code *.yml}, by name. */
    public List<ConfigText> rules() throws ConfigException {
        return read(root -> all(root, RULES));
    }

    /** {@code dashboards/*.yaml} and {@code *.yml}, by name. */
    public List<ConfigText> dashboards() throws ConfigException {
        return read(root -> all(root, DASHBOARDS));
    }

    /** {@code logs/*.yaml} and {@code *.yml}, by name. */
    public List<ConfigText> logs() throws ConfigException {
        return read(root -> all(root, LOGS));
    }

    /** {@code checks/*.yaml} and {@code *.yml}, by name. */
    public List<ConfigText> checks() throws ConfigException {
        return read(root -> all(root, CHECKS));
    }

    /** {@code quality/*.yaml} and {@code *.yml}, by name. */
    public List<ConfigText> quality() throws ConfigException {
        return read(root -> all(root, QUALITY));
    }

    /** One file outside any folder, such as an argument of the command line. */
    public static ConfigText readFile(Path file) throws ConfigException {
        return text(file, file.toString());
    }

    private interface Reading<T> {
        T from(Path root) throws IOException, ConfigException;
    }

    private <T> T read(Reading<T> reading) throws ConfigException {
        try {
            if (jar == null) {
                return reading.from(Path.of(folder));
            }
            try (FileSystem inside = FileSystems.newFileSystem(jar)) {
                return reading.from(inside.getPath(folder));
            }
        } catch (IOException e) {
            throw new ConfigException(name, 0, "", "can't be read: " + e);
        }
    }

    private Optional<ConfigText> one(Path root, String fileName) throws ConfigException {
        Path file = root.resolve(fileName);
        if (Files.exists(file)) {
            return Optional.of(text(file, name + "/" + fileName));
        }
        String misnamed = fileName.replace(".yaml", ".yml");
        if (Files.exists(root.resolve(misnamed))) {
            throw new ConfigException(name + "/" + misnamed, 0, "", "must be named " + fileName);
        }
        return Optional.empty();
    }

    private List<ConfigText> all(Path root, String subfolder) throws IOException, ConfigException {
        Path directory = root.resolve(subfolder);
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<Path> files;
        try (Stream<Path> entries = Files.list(directory)) {
            files = entries.filter(ConfigFolder::isYaml)
                    .sorted()
                    .limit(MAX_FILES + 1L)
                    .toList();
        }
        if (files.size() > MAX_FILES) {
            throw new ConfigException(
                    name + "/" + subfolder,
                    0,
                    "",
                    "holds more than " + MAX_FILES + " files, which is the most allowed");
        }
        List<ConfigText> texts = new ArrayList<>();
        for (Path file : files) {
            texts.add(text(file, name + "/" + subfolder + "/" + file.getFileName()));
        }
        return texts;
    }

    /** Not the hidden entries of a mounted ConfigMap. */
    private static boolean isYaml(Path file) {
        String fileName = String.valueOf(file.getFileName());
        return !fileName.startsWith(".")
                && (fileName.endsWith(".yaml") || fileName.endsWith(".yml"))
                && Files.isRegularFile(file);
    }

    private static ConfigText text(Path file, String toldName) throws ConfigException {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new ConfigException(toldName, 0, "", "is larger than 8 MB, which is the most allowed");
            }
            return new ConfigText(toldName, Files.readString(file));
        } catch (CharacterCodingException e) {
            throw new ConfigException(toldName, 0, "", "is not UTF-8 text");
        } catch (IOException e) {
            throw new ConfigException(toldName, 0, "", "can't be read: " + e);
        }
    }
}
