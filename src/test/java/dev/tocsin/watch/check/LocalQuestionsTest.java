package dev.tocsin.watch.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.core.ManualClock;
import dev.tocsin.core.Regex;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalQuestionsTest {
    private static final long NOW = 1_732_165_200_000L;

    @TempDir
    private Path folder;

    private final ManualClock clock = new ManualClock(NOW);

    private LocalQuestions questions() {
        return new LocalQuestions(folder, clock);
    }

    private ProbeSpec.FileAge file(Path path, long least) {
        return new ProbeSpec.FileAge(path, Duration.ofHours(1), least, 1_000);
    }

    @Test
    void aFileIsWellByItsAgeAndSize() throws Exception {
        Path file = Files.writeString(folder.resolve("dump"), "12345");
        Files.setLastModifiedTime(file, FileTime.fromMillis(NOW - 3_600_000));

        assertThat(questions().file(file(file, 5)).ok()).isTrue();
        assertThat(questions().file(file(file, 6)).ok()).isFalse();
        clock.advance(Duration.ofSeconds(1));
        ProbeResult old = questions().file(file(file, 5));
        assertThat(old.ok()).isFalse();
        assertThat(old.message()).isEqualTo(file + " has 5 bytes and is 3601 s old");
        assertThat(old.readings())
                .containsExactly(
                        ProbeResult.Reading.gauge("check_file_age_seconds", 3_601),
                        ProbeResult.Reading.gauge("check_file_size_bytes", 5));
        assertThat(questions().file(file(folder.resolve("none"), 0)).message()).endsWith("none is not there");
    }

    @Test
    void aDiskIsWellByWhatIsFree() throws Exception {
        assertThat(questions().disk(new ProbeSpec.Disk(folder, 0, 1)).ok()).isTrue();
        assertThat(questions()
                        .disk(new ProbeSpec.Disk(folder, 0, Long.MAX_VALUE))
                        .ok())
                .isFalse();
    }

    @Test
    void memoryIsWellByWhatIsUsed() throws Exception {
        Files.writeString(folder.resolve("meminfo"), "MemTotal:  1000 kB\nMemFree:  10 kB\nMemAvailable:  100 kB\n");

        assertThat(questions().memory(new ProbeSpec.Memory(90)).ok()).isTrue();
        assertThat(questions().memory(new ProbeSpec.Memory(89.9)).message()).isEqualTo("90.0 % of memory is used");
        assertThat(questions().memory(new ProbeSpec.Memory(89.9)).ok()).isFalse();
    }

    private void process(int pid, String comm, String cmdline, char state) throws Exception {
        Path process = Files.createDirectories(folder.resolve(Integer.toString(pid)));
        Files.writeString(process.resolve("comm"), comm + "\n");
        Files.writeString(process.resolve("cmdline"), cmdline.replace(' ', '\0') + "\0");
        Files.writeString(process.resolve("stat"), pid + " (" + comm + ") " + state + " 1 1");
    }

    private ProbeResult look(String name, @Nullable String command, @Nullable Path pidFile, int least)
            throws Exception {
        Regex regex = command == null ? null : Regex.compile(command);
        return questions().process(new ProbeSpec.ProcessUp(name, regex, pidFile, least));
    }

    @Test
    void aProcessIsFoundByItsNameItsCommandLineOrItsFile() throws Exception {
        process(10, "nginx", "nginx: master", 'S');
        process(11, "nginx", "nginx: worker", 'S');
        process(12, "python3", "python3 /srv/worker.py --all", 'R');
        process(13, "a-very-long-nam", "/opt/a-very-long-name -x", 'S');
        process(14, "cron", "cron", 'Z');
        Path pid = Files.writeString(folder.resolve("app.pid"), "12\n");
        Path stale = Files.writeString(folder.resolve("old.pid"), "99");

        assertThat(look("nginx", null, null, 2).message()).isEqualTo("2 processes of nginx");
        assertThat(look("nginx", null, null, 3).ok()).isFalse();
        assertThat(look("a-very-long-name", null, null, 1).ok()).isTrue();
        assertThat(look("worker", ".*/worker\\.py .*", null, 1).ok()).isTrue();
        assertThat(look("pid", null, pid, 1).ok()).isTrue();
        assertThat(look("pid", null, stale, 1).ok()).isFalse();
        assertThat(look("cron", null, null, 1).ok()).as("a zombie has ended").isFalse();
        assertThat(look("sshd", null, null, 1).message()).isEqualTo("0 processes of sshd");
    }
}
