package dev.tocsin.watch.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogTailTest {
    @TempDir
    Path folder;

    private TailRig rig(String glob) {
        return new TailRig(folder, glob, false);
    }

    private void truncate(String file) throws IOException {
        try (FileChannel channel = FileChannel.open(folder.resolve(file), StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }
    }

    @Test
    void whatIsThereAtFirstIsNotReadAndWhatComesIs() throws Exception {
        TailRig rig = rig("*.log");
        rig.append("app.log", "old\n");

        assertThat(rig.pass()).isEmpty();
        rig.append("app.log", "new\n");
        rig.append("other.log", "whole\n");
        rig.append("other.txt", "not matched\n");
        assertThat(rig.pass()).containsExactlyInAnyOrder("new", "whole");
    }

    @Test
    void orItIsReadFromItsStartWhereThatIsAsked() throws Exception {
        TailRig rig = new TailRig(folder, "**/*.log", true);
        Files.createDirectories(folder.resolve("a/b"));
        rig.append("a/b/app.log", "old\n");
        rig.append("top.log", "at the top\n");
        rig.append("top.log.gz", "compressed\n");

        assertThat(rig.pass()).containsExactlyInAnyOrder("old", "at the top");
    }

    @Test
    void rotationByRenamingLosesAndRepeatsNothing() throws Exception {
        TailRig rig = rig("app.log");
        rig.pass();
        rig.append("app.log", "1\n2\n");
        assertThat(rig.pass()).containsExactly("1", "2");

        rig.append("app.log", "3\n");
        rig.rename("app.log", "app.log.1");
        rig.append("app.log.1", "4, its writer has not noticed\n");
        rig.append("app.log", "5\n");

        assertThat(rig.pass()).containsExactlyInAnyOrder("3", "4, its writer has not noticed", "5");
        rig.append("app.log.1", "6, still not\n");
        assertThat(rig.pass()).containsExactly("6, still not");
        rig.nowMillis += 60 * TailRig.SECOND;
        rig.pass();
        assertThat(rig.fileCount()).isEqualTo(1);
    }

    @Test
    void aLineWithoutAnEndIsHandedOnWhenItsFileIsGone() throws Exception {
        TailRig rig = rig("app.log");
        rig.pass();
        rig.append("app.log", "whole\npart");
        assertThat(rig.pass()).containsExactly("whole");

        Files.delete(folder.resolve("app.log"));
        rig.nowMillis += 60 * TailRig.SECOND;

        List<String> events = new ArrayList<>(rig.pass());
        rig.nowMillis += 60 * TailRig.SECOND;
        events.addAll(rig.pass());
        assertThat(events).containsExactly("part");
        assertThat(rig.fileCount()).isZero();
    }

    @Test
    void copytruncateWhereOnlyTheLogIsFollowed() throws Exception {
        TailRig rig = rig("app.log");
        rig.pass();
        rig.append("app.log", "1\n2\n3\n");
        assertThat(rig.pass()).containsExactly("1", "2", "3");

        Files.copy(folder.resolve("app.log"), folder.resolve("app.log.1"));
        truncate("app.log");
        rig.append("app.log", "4\n");

        assertThat(rig.pass()).containsExactly("4");
        assertThat(rig.problems(LogProblem.EMPTIED)).isEqualTo(1);
    }

    @Test
    void copytruncateIsNoticedThoughTheFileHasGrownPastWhereItWas() throws Exception {
        TailRig rig = rig("app.log");
        rig.pass();
        rig.append("app.log", "1\n");
        assertThat(rig.pass()).containsExactly("1");

        truncate("app.log");
        rig.append("app.log", "first after\nsecond after\n");

        assertThat(rig.pass()).containsExactly("first after", "second after");
    }

    /** The copy matches the pattern, too: of it only that counts which was not read before. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void copytruncateWhereTheCopyIsFollowedToo(boolean copySeenBefore) throws Exception {
        TailRig rig = rig("app.log*");
        rig.pass();
        String first = "a first line that is long enough to be told from others\n";
        rig.append("app.log", first);
        assertThat(rig.pass()).hasSize(1);

        rig.append("app.log", "written before the copy\n");
        if (copySeenBefore) {
            assertThat(rig.pass()).hasSize(1);
        }
        Files.copy(folder.resolve("app.log"), folder.resolve("app.log.1"));
        if (copySeenBefore) {
            assertThat(rig.pass()).isEmpty();
        }
        truncate("app.log");
        rig.append("app.log", "after\n");

        assertThat(rig.pass())
                .containsExactlyInAnyOrderElementsOf(
                        copySeenBefore ? List.of("after") : List.of("written before the copy", "after"));
    }

    @Test
    void aRestartGoesOnWhereItWas() throws Exception {
        TailRig rig = rig("app.log");
        rig.pass();
        rig.append("app.log", "1\n2\n part of it\nhalf a li");
        assertThat(rig.passOnce()).containsExactly("1");

        rig.restart();
        rig.append("app.log", "ne\n");

        assertThat(rig.pass()).containsExactly("2\n part of it", "half a line");
    }

    @Test
    void aRestartReadsWhatWasRotatedMeanwhileAndWhatCameAnew() throws Exception {
        TailRig rig = rig("app.log");
        rig.append("app.log", "1\n");
        rig.pass();
        rig.append("app.log", "2\n");
        rig.pass();

        rig.append("app.log", "3\n");
        rig.rename("app.log", "app.log.1");
        rig.append("app.log", "4\n");
        rig.restart();

        assertThat(rig.pass()).containsExactlyInAnyOrder("3", "4");
    }

    @Test
    void aRestartIsNotDeceivedByAFileThatWasWrittenAnew() throws Exception {
        TailRig rig = rig("app.log");
        rig.append("app.log", "");
        rig.pass();
        rig.append("app.log", "before\n");
        rig.pass();

        truncate("app.log");
        rig.append("app.log", "another file in the same place, and longer\n");
        rig.restart();

        assertThat(rig.pass()).containsExactly("another file in the same place, and longer");
    }

    @Test
    void aFifoIsRefusedWithoutBeingOpened() throws Exception {
        Process made = new ProcessBuilder("mkfifo", folder.resolve("pipe.log").toString()).start();
        assertThat(made.waitFor()).isZero();
        TailRig rig = rig("*.log");
        rig.pass();
        rig.append("app.log", "beside it\n");

        assertThat(rig.pass()).containsExactly("beside it");
        assertThat(rig.problems(LogProblem.NO_FILE)).isEqualTo(1);
    }

    @Test
    void aFileThatVanishesAndALinkToNothingHurtNobody() throws Exception {
        TailRig rig = rig("*.log");
        rig.append("a.log", "");
        rig.append("b.log", "");
        Files.createSymbolicLink(folder.resolve("c.log"), folder.resolve("nothing"));
        rig.pass();
        rig.append("a.log", "last words\n");
        Files.delete(folder.resolve("a.log"));
        rig.append("b.log", "b\n");

        assertThat(rig.pass()).containsExactlyInAnyOrder("last words", "b");
    }

    @Test
    void aHundredMegabytesInOneLineAreCutAndTheNextIsRead() throws Exception {
        TailRig rig = rig("*.log");
        rig.append("app.log", "");
        rig.pass();
        try (FileChannel channel = FileChannel.open(folder.resolve("app.log"), StandardOpenOption.APPEND)) {
            byte[] part = "x".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 100; i++) {
                channel.write(ByteBuffer.wrap(part));
            }
        }
        rig.append("app.log", "\nnext\n");

        assertThat(rig.pass()).containsExactly("x".repeat(1 << 10), "next");
        assertThat(rig.problems(LogProblem.CUT)).isEqualTo(1);
    }

    @Test
    void renamingOverTheOldFileIsRotationToo() throws Exception {
        TailRig rig = rig("app.log");
        rig.append("app.log", "");
        rig.pass();
        rig.append("app.log", "1\n");
        rig.pass();
        rig.append("next", "2\n");
        Files.move(folder.resolve("next"), folder.resolve("app.log"), StandardCopyOption.REPLACE_EXISTING);

        assertThat(rig.pass()).containsExactly("2");
    }

    /** Lines, renames, copies, restarts in any order: every line is handed on exactly once. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 20261121})
    void everyLineOnce(long seed) throws Exception {
        Random random = new Random(seed);
        TailRig rig = new TailRig(folder, "app*.log", true);
        List<String> written = new ArrayList<>();
        List<String> read = new ArrayList<>();
        rig.append("app0.log", "");
        int rotations = 0;
        for (int step = 0; step < 300; step++) {
            switch (random.nextInt(6)) {
                case 0, 1 -> {
                    String file = "app" + random.nextInt(3) + ".log";
                    for (int n = random.nextInt(5); n > 0; n--) {
                        String line = "line " + written.size();
                        written.add(line);
                        rig.append(file, line + "\n");
                    }
                }
                case 2 -> read.addAll(rig.passOnce());
                case 3 -> read.addAll(rig.pass());
                case 4 -> {
                    Path file = folder.resolve("app" + random.nextInt(3) + ".log");
                    if (Files.exists(file)) {
                        // A name that nobody saw it under can't be known.
                        read.addAll(rig.passOnce());
                        Files.move(file, folder.resolve("rotated" + rotations++));
                    }
                }
                default -> {
                    read.addAll(rig.pass());
                    rig.restart();
                }
            }
        }
        read.addAll(rig.pass());
        List<String> missing = new ArrayList<>(written);
        read.forEach(line -> assertThat(missing.remove(line))
                .as("seed %d: %s twice", seed, line)
                .isTrue());
        assertThat(missing).as("seed %d", seed).isEmpty();
    }
}
