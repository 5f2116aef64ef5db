package dev.tocsin.config;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Paths with {@code *}, {@code ?} and {@code [a-z]} within one folder each, as Go's {@code filepath.Glob}. No state. */
final class FilePattern {
    private FilePattern() {}

    /** The files and folders that a pattern stands for, by name; none where nothing matches. */
    static List<Path> files(Path base, String pattern) {
        if (pattern.isEmpty()) {
            return List.of();
        }
        List<Path> found = List.of(pattern.startsWith("/") ? Path.of("/") : base);
        for (String element : pattern.split("/+")) {
            if (!element.isEmpty()) {
                List<Path> next = new ArrayList<>();
                for (Path folder : found) {
                    next.addAll(step(folder, element));
                }
                found = next;
            }
        }
        return found.stream().map(Path::normalize).toList();
    }

    private static List<Path> step(Path folder, String element) {
        if (element.chars().noneMatch(c -> c == '*' || c == '?' || c == '[')) {
            Path named = folder.resolve(element);
            return Files.exists(named) ? List.of(named) : List.of();
        }
        PathMatcher matcher = FileSystems.getDefault()
                .getPathMatcher("glob:"
                        + element.replace("{", "\\{").replace("}", "\\}").replace("[^", "[!"));
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> matcher.matches(entry.getFileName()))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
