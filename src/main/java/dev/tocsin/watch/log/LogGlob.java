package dev.tocsin.watch.log;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The paths that a source's patterns stand for now. Looks into no folder that no pattern can match, follows symbolic
 * links, leaves out what is compressed unless it is wanted and can be read (gzip), and ends after {@value #MAX_VISITED} entries. Immutable; {@link #paths} blocks on
 * the file system.
 */
final class LogGlob {
    private static final int MAX_VISITED = 50_000;
    /** Of {@code **}. */
    private static final int MAX_DEPTH = 16;

    private static final Pattern COMPRESSED = Pattern.compile(".*\\.(?:gz|bz2|xz|zst|zip|lz4)");
    private static final Pattern SPECIAL = Pattern.compile("[*?\\[{]");

    /** @param folder the part before the first element with anything special in it, or the path itself */
    private record Element(Path folder, PathMatcher matcher, int depth) {}

    private final boolean gzipToo;
    private final List<Element> elements = new ArrayList<>();
    private final List<PathMatcher> excluded = new ArrayList<>();
    private int visited;

    /** @param gzipToo whether files that end in {@code .gz} are among them */
    LogGlob(List<String> files, List<String> exclude, boolean gzipToo) {
        this.gzipToo = gzipToo;
        files.forEach(pattern -> elements.add(
                element(Path.of(pattern).toAbsolutePath().normalize().toString())));
        exclude.forEach(pattern -> excluded.add(matcher(
                pattern.indexOf('/') < 0
                        ? "**/" + pattern
                        : Path.of(pattern).toAbsolutePath().normalize().toString())));
    }

    /** Whether what the file holds is to be unpacked. */
    static boolean isGzip(Path path) {
        return path.toString().endsWith(".gz");
    }

    /** Java's own, but that two stars between slashes stand for no folder, too. */
    private static PathMatcher matcher(String pattern) {
        return FileSystems.getDefault().getPathMatcher("glob:" + pattern.replace("/**/", "{/**/,/}"));
    }

    private static Element element(String pattern) {
        String[] names = pattern.split("/");
        StringBuilder folder = new StringBuilder();
        int i = 1;
        while (i < names.length && !SPECIAL.matcher(names[i]).find()) {
            folder.append('/').append(names[i++]);
        }
        int depth = pattern.contains("**") ? MAX_DEPTH : names.length - i;
        return new Element(Path.of(folder.isEmpty() ? "/" : folder.toString()), matcher(pattern), depth);
    }

    /** In order of their names, each once; empty where nothing matches. */
    List<Path> paths() {
        List<Path> found = new ArrayList<>();
        visited = 0;
        for (Element element : elements) {
            if (element.depth == 0) {
                add(element.folder, found);
            } else {
                walk(element, found);
            }
        }
        return found.stream().sorted().distinct().toList();
    }

    private void add(Path path, List<Path> found) {
        boolean readable =
                gzipToo && isGzip(path) || !COMPRESSED.matcher(path.toString()).matches();
        if (readable && excluded.stream().noneMatch(each -> each.matches(path))) {
            found.add(path);
        }
    }

    private void walk(Element element, List<Path> found) {
        try {
            Files.walkFileTree(
                    element.folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), element.depth, new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                            if (!attributes.isDirectory() && element.matcher.matches(file)) {
                                add(file, found);
                            }
                            return ++visited < MAX_VISITED ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
                        }

                        @Override
                        public FileVisitResult visitFileFailed(Path file, IOException e) {
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult postVisitDirectory(Path folder, IOException e) {
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            // The folder is not there, or went while it was looked through: what is there then is found the next time.
            return;
        }
    }
}
