package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    Path parent;

    @Test
    void isHeldByOneAtATime() throws Exception {
        Path data = parent.resolve("made/when/needed");
        try (DataFolder held = DataFolder.open(data)) {
            assertThat(held.path()).isDirectory();
            assertThatThrownBy(() -> DataFolder.open(data))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another Tocsin runs on the data folder " + data.toAbsolutePath())
                    .hasMessageContaining("--data");
        }
        DataFolder.open(data).close();
    }
}
