package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinkKeyTest {
    @TempDir
    private Path folder;

    @Test
    void itIsMadeOnceForOneUsersEyes() throws IOException {
        byte[] made = LinkKey.in(folder);

        assertThat(made).hasSize(32).isNotEqualTo(new byte[32]);
        assertThat(LinkKey.in(folder)).isEqualTo(made);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("link.key"))))
                .isEqualTo("rw-------");
        assertThat(folder).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void aKilledFirstStartIsMadeGoodByTheNext() throws IOException {
        Files.write(folder.resolve("link.key.new"), new byte[7]);

        assertThat(LinkKey.in(folder)).hasSize(32);
    }

    @Test
    void aFileThatIsNoKeyIsNotReplacedButTold() throws IOException {
        Files.write(folder.resolve("link.key"), new byte[7]);

        assertThatThrownBy(() -> LinkKey.in(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("holds no key of 32 bytes, but 7 bytes; remove it for a new one");
    }
}
