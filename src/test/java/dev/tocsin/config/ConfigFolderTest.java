package dev.tocsin.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFolderTest {
    @TempDir
    Path temp;

    private void write(String file, String text) throws IOException {
        Path path = temp.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    @Test
    void readsEachFileUnderTheNameThatTheUserKnows() throws Exception {
        write("tocsin.yaml", "demo: true");
        write("alertmanager.yaml", "route: {}");
        write("rules/b.yaml", "b");
        write("rules/a.yml", "a");
        write("rules/readme.txt", "no rules");
        write("rules/..data/hidden.yaml", "no rules");
        write("dashboards/host.yaml", "d");
        ConfigFolder folder = ConfigFolder.of(temp);

        assertThat(folder.settings()).isEqualTo(new ConfigText(temp + "/tocsin.yaml", "demo: true"));
        assertThat(folder.alertmanager()).contains(new ConfigText(temp + "/alertmanager.yaml", "route: {}"));
        assertThat(folder.rules())
                .containsExactly(
                        new ConfigText(temp + "/rules/a.yml", "a"), new ConfigText(temp + "/rules/b.yaml", "b"));
        assertThat(folder.dashboards()).containsExactly(new ConfigText(temp + "/dashboards/host.yaml", "d"));
    }

    @Test
    void everyFileMayBeMissing() throws Exception {
        ConfigFolder folder = ConfigFolder.of(temp);

        assertThat(folder.settings().text()).isEmpty();
        assertThat(folder.alertmanager()).isEmpty();
        assertThat(folder.rules()).isEmpty();
        assertThat(folder.dashboards()).isEmpty();
    }

    @Test
    void seesWhatWasEditedSince() throws Exception {
        ConfigFolder folder = ConfigFolder.of(temp);
        write("tocsin.yaml", "tick: 1s");
        folder.settings();
        write("tocsin.yaml", "tick: 2s");

        assertThat(folder.settings().text()).isEqualTo("tick: 2s");
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> ConfigFolder.resolve(temp.resolve("gone"), temp))
                .isInstanceOf(ConfigException.class)
                .hasMessage(temp + "/gone: is no directory");
    }

    @Test
    void theLocalFolderIsTakenWhereItIsOurs() throws Exception {
        write("rules/a.yaml", "a");

        assertThat(ConfigFolder.resolve(null, temp).name()).isEqualTo(temp.toString());
    }

    @Test
    void aForeignLocalFolderIsLeftAlone() throws Exception {
        write("httpd.conf", "Listen 80");

        assertThat(ConfigFolder.resolve(null, temp).name()).isEqualTo("shipped:conf");
    }

    @Test
    void theShippedFolderIsReadFromTheClassPath() throws Exception {
        ConfigFolder shipped = ConfigFolder.shipped(getClass().getClassLoader(), "conf", "tocsin.yaml");

        assertThat(shipped.settings().name()).isEqualTo("shipped:conf/tocsin.yaml");
        assertThat(Settings.read(shipped.settings(), java.util.Map.of(), java.util.List.of()))
                .isEqualTo(Settings.DEFAULTS);
    }

    @Test
    void theDemoBringsRulesOfItsOwn() throws Exception {
        assertThat(ConfigFolder.demo().rules())
                .extracting(ConfigText::name)
                .containsExactly("shipped:demo/rules/demo.yaml");
        assertThat(RuleFiles.parseAll(ConfigFolder.demo().rules(), Settings.DEFAULTS.tick()))
                .hasSize(1);
    }

    @Test
    void theShippedFolderIsReadFromAJar() throws Exception {
        Path jar = temp.resolve("a jar.jar");
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file)) {
            for (String entry : new String[] {"conf/tocsin.yaml", "conf/rules/b.yaml", "conf/rules/a.yaml"}) {
                out.putNextEntry(new JarEntry(entry));
                out.write(entry.getBytes(StandardCharsets.UTF_8));
            }
        }
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
            ConfigFolder shipped = ConfigFolder.shipped(loader, "conf", "tocsin.yaml");

            assertThat(shipped.settings()).isEqualTo(new ConfigText("shipped:conf/tocsin.yaml", "conf/tocsin.yaml"));
            assertThat(shipped.rules())
                    .containsExactly(
                            new ConfigText("shipped:conf/rules/a.yaml", "conf/rules/a.yaml"),
                            new ConfigText("shipped:conf/rules/b.yaml", "conf/rules/b.yaml"));
            assertThat(shipped.dashboards()).isEmpty();
        }
    }

    @Test
    void aFileWithTheOtherEndingIsNotSilentlyPassedOver() throws Exception {
        write("tocsin.yml", "demo: true");

        assertThatThrownBy(() -> ConfigFolder.of(temp).settings())
                .hasMessage(temp + "/tocsin.yml: must be named tocsin.yaml");
    }

    @Test
    void binaryIsRefused() throws Exception {
        Files.write(temp.resolve("tocsin.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});

        assertThatThrownBy(() -> ConfigFolder.of(temp).settings()).hasMessage(temp + "/tocsin.yaml: is not UTF-8 text");
    }

    @Test
    void aHugeFileIsRefusedUnread() throws Exception {
        try (java.io.RandomAccessFile file =
                new java.io.RandomAccessFile(temp.resolve("tocsin.yaml").toFile(), "rw")) {
            file.setLength((8L << 20) + 1);
        }

        assertThatThrownBy(() -> ConfigFolder.of(temp).settings())
                .hasMessage(temp + "/tocsin.yaml: is larger than 8 MB, which is the most allowed");
    }
}
