package dev.tocsin.watch.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileAgesTest {
    @TempDir
    private Path folder;

    private void write(String name, long millis) throws Exception {
        Files.setLastModifiedTime(Files.createFile(folder.resolve(name)), FileTime.fromMillis(millis));
    }

    @Test
    void theNewestOfTheFilesThatMatchIsTold() throws Exception {
        write("a.csv", 1_000);
        write("b.csv", 3_000);
        write("c.txt", 9_000);
        Files.createDirectory(folder.resolve("d.csv"));

        assertThat(FileAges.newest(new Source.Files(folder.toString(), "*.csv"))
                        .getFirst()
                        .getFirst()
                        .timeMillis())
                .isEqualTo(3_000);
    }

    @Test
    void whereThereIsNoneItSaysSo() {
        assertThatThrownBy(() -> FileAges.newest(new Source.Files(folder.toString(), "*.csv")))
                .isInstanceOf(SourceException.class)
                .hasMessage("no file matches " + folder + "/*.csv");
        assertThatThrownBy(() -> FileAges.newest(new Source.Files(folder + "/gone", "*.csv")))
                .hasMessage("there is no folder " + folder + "/gone");
    }
}
