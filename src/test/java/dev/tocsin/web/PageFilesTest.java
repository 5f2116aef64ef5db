package dev.tocsin.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageFilesTest {
    @Test
    void filesAreFoundInAJarWithoutEntriesForFolders(@TempDir Path folder) throws Exception {
        Path jar = folder.resolve("page.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(file)) {
            put(zip, "page-of-test/index.html", "<title>x</title>");
            put(zip, "page-of-test/js/app.js", "let x;");
            put(zip, "elsewhere/secret.txt", "no");
        }
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            PageFiles files = PageFiles.load(loader, "page-of-test");
            assertThat(Objects.requireNonNull(files.find("/js/app.js")).bytes())
                    .asString()
                    .isEqualTo("let x;");
            assertThat(files.find("/index.html")).isNotNull();
            assertThat(files.find("/secret.txt")).isNull();
        }
    }

    @Test
    void filesAreFoundInAFolder(@TempDir Path folder) throws Exception {
        Path page = Files.createDirectories(folder.resolve("page-of-test/js"));
        Files.writeString(page.resolve("app.js"), "let y;");
        Files.writeString(folder.resolve("page-of-test/index.html"), "<title>y</title>");
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
            PageFiles files = PageFiles.load(loader, "page-of-test");
            assertThat(Objects.requireNonNull(files.find("/js/app.js")).contentType())
                    .isEqualTo("text/javascript; charset=utf-8");
            assertThat(files.find("/index.html")).isNotNull();
        }
    }

    @Test
    void aFolderThatIsNotThereHasNoFiles() {
        assertThat(PageFiles.load(PageFilesTest.class.getClassLoader(), "no-such-page")
                        .find("/index.html"))
                .isNull();
    }

    private static void put(ZipOutputStream zip, String name, String text) throws Exception {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }
}
