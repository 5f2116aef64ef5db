package dev.tocsin.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tocsin.core.tick.TickFeed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TickJournalTest {
    private static final JournalSettings ROOMY = JournalSettings.of(900_000, 1 << 30);
    /** Memory holds the newest tick alone, so that those who follow read files. */
    private static final JournalSettings NO_MEMORY = new JournalSettings(900_000, 1 << 30, 1, 1 << 20);

    @TempDir
    private Path folder;

    private JournalRig rig(JournalSettings settings, int ticksPerSegment) throws IOException {
        return new JournalRig(folder, settings, ticksPerSegment);
    }

    private static List<String> ticks(long from, long to) {
        return LongStream.rangeClosed(from, to).mapToObj(p -> p + ":" + p).toList();
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        }
    }

    @Test
    void theNextProcessReadsWhatWasTakenAndGoesOnFromItsPosition() throws Exception {
        try (JournalRig rig = rig(ROOMY, 4)) {
            assertThat(rig.old()).isEmpty();
            assertThat(rig.journal.firstPosition()).isEqualTo(1);
            rig.ticks(10);
            rig.journal.put("rules/a", "pending".getBytes(StandardCharsets.UTF_8));
            rig.journal.put("rules/b", "gone".getBytes(StandardCharsets.UTF_8));
            rig.journal.remove("rules/b");
        }
        try (JournalRig rig = rig(ROOMY, 4)) {
            assertThat(rig.old()).isEqualTo(ticks(1, 10));
            assertThat(rig.journal.old().tickMillis()).hasSize(10);
            assertThat(rig.journal.firstPosition()).isEqualTo(11);
            assertThat(rig.journal.withPrefix("rules/")).containsOnlyKeys("rules/a");
            assertThat(rig.journal.get("rules/a")).asString().isEqualTo("pending");
        }
    }

    @Test
    void whatGrewTooOldWhileItWasReadBackCostsNothingElse() throws Exception {
        try (JournalRig rig = rig(ROOMY, 4)) {
            for (int i = 0; i < 12; i++) {
                rig.tick();
                rig.awaitWritten();
            }
        }
        List<Path> left = files();
        try (JournalRig rig = rig(ROOMY, 4)) {
            Files.delete(left.get(1));
            List<String> expected = new ArrayList<>(ticks(1, 4));
            expected.addAll(ticks(9, 12));
            assertThat(rig.old()).isEqualTo(expected);
        }
    }

    @Test
    void statesOutliveTheFilesTheyWereFirstWrittenTo() throws Exception {
        try (JournalRig rig = rig(new JournalSettings(1_000, 1 << 30, 1, 1 << 20), 2)) {
            rig.journal.put("a", new byte[] {7});
            for (int i = 0; i < 20; i++) {
                rig.tick();
                rig.awaitWritten();
            }
            assertThat(files().size()).as("files older than a second went").isLessThan(5);
        }
        try (JournalRig rig = rig(ROOMY, 2)) {
            assertThat(rig.journal.get("a")).containsExactly(7);
        }
    }

    @Test
    void aTornEndIsCutAndCounted() throws Exception {
        try (JournalRig rig = rig(ROOMY, 100)) {
            rig.ticks(10);
        }
        Path file = files().getFirst();
        byte[] whole = Files.readAllBytes(file);
        // The last tick has no names, so its record is its header and its columns.
        for (int cut = 1; cut <= 40; cut++) {
            Files.write(file, Arrays.copyOf(whole, whole.length - cut));
            try (JournalRig rig = rig(ROOMY, 100)) {
                assertThat(rig.old()).as("cut " + cut).isEqualTo(ticks(1, 9));
                assertThat(rig.count("tocsin.journal.cut.bytes")).isGreaterThan(0);
                assertThat(Files.size(file))
                        .isEqualTo(whole.length - cut - (long) rig.count("tocsin.journal.cut.bytes"));
            }
        }
    }

    @Test
    void aDamagedByteAnywhereCostsOneTickAtMost() throws Exception {
        try (JournalRig rig = rig(ROOMY, 100)) {
            rig.ticks(6);
            rig.awaitWritten();
            rig.journal.put("a", new byte[] {7});
            rig.ticks(2);
        }
        Path file = files().getFirst();
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x41;
            Files.write(file, damaged);
            try (JournalRig rig = rig(ROOMY, 100)) {
                List<String> old = rig.old();
                assertThat(old.size()).as("byte " + at).isGreaterThanOrEqualTo(7);
                assertThat(old).as("byte " + at).noneMatch(tick -> tick.endsWith("?"));
                assertThat(rig.journal.get("a")).as("byte " + at).containsExactly(7);
                double told = rig.count("tocsin.journal.damaged.records") + rig.count("tocsin.journal.cut.bytes");
                assertThat(told).as("byte " + at).isGreaterThan(0);
            }
        }
    }

    @Test
    void whoFollowsGetsEveryTickOnceInOrderFromMemoryAndFromFiles() throws Exception {
        for (JournalSettings settings : List.of(ROOMY, NO_MEMORY)) {
            Path own = Files.createDirectory(folder.resolve("recent-" + settings.recentBytes()));
            try (JournalRig rig = new JournalRig(own, settings, 5);
                    TickFeed.Cursor cursor = rig.journal.follow("history")) {
                assertThat(JournalRig.taken(cursor)).isEmpty();
                rig.ticks(3);
                rig.awaitWritten();
                assertThat(JournalRig.taken(cursor)).isEqualTo(ticks(1, 3));
                rig.ticks(17);
                rig.awaitWritten();
                assertThat(JournalRig.taken(cursor)).isEqualTo(ticks(4, 20));
                assertThat(JournalRig.taken(cursor)).isEmpty();
            }
        }
    }

    @Test
    void whoFollowsGoesOnAfterWhatWasAcknowledgedBeforeTheRestart() throws Exception {
        try (JournalRig rig = rig(ROOMY, 5);
                TickFeed.Cursor cursor = rig.journal.follow("history")) {
            rig.ticks(12);
            rig.awaitWritten();
            assertThat(JournalRig.taken(cursor)).hasSize(12);
            cursor.acknowledge(7);
            rig.tick();
        }
        try (JournalRig rig = rig(ROOMY, 5);
                TickFeed.Cursor cursor = rig.journal.follow("history")) {
            rig.goOnFrom(13);
            rig.ticks(2);
            rig.awaitWritten();
            assertThat(JournalRig.taken(cursor)).isEqualTo(ticks(8, 15));
        }
    }

    @Test
    void whatIsNotAcknowledgedStaysUntilTheBoundThenTheOldestGoesAndIsCounted() throws Exception {
        long bound = 3_000;
        try (JournalRig rig = rig(new JournalSettings(1_000, bound, 1, 1 << 20), 5);
                TickFeed.Cursor cursor = rig.journal.follow("history")) {
            for (int i = 0; i < 20; i++) {
                rig.tick();
                rig.awaitWritten();
            }
            assertThat(rig.count("tocsin.journal.unsent.dropped.ticks")).isZero();
            assertThat(files()).as("older than the hot window, but not sent").hasSize(4);
            for (int i = 0; i < 80; i++) {
                rig.tick();
                rig.awaitWritten();
            }

            double dropped = rig.count("tocsin.journal.unsent.dropped.ticks");
            assertThat(dropped).isGreaterThan(0);
            assertThat(JournalRig.taken(cursor)).isEqualTo(ticks((long) dropped + 1, 100));
            cursor.acknowledge(100);
            for (int i = 0; i < 10; i++) {
                rig.tick();
                rig.awaitWritten();
            }
            assertThat(files().size()).as("what was taken and is old goes").isLessThan(5);
            assertThat(rig.count("tocsin.journal.unsent.dropped.ticks")).isEqualTo(dropped);
        }
    }

    /** The kernel's own full disk: what is written to it fails with ENOSPC. */
    @Test
    void aFullDiskIsCountedHoldsNothingUpAndWritingBeginsAgain() throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full));
        try (JournalRig rig = rig(ROOMY, 1_000);
                TickFeed.Cursor cursor = rig.journal.follow("history")) {
            Files.createSymbolicLink(Segment.fileOf(folder, 1), full);
            rig.journal.put("a", new byte[] {7});
            rig.ticks(5);
            rig.awaitWritten();
            assertThat(JournalRig.taken(cursor)).as("from memory").isEqualTo(ticks(1, 5));
            assertThat(rig.count("tocsin.journal.lost.ticks", "reason", "disk")).isEqualTo(5);
            assertThat(rig.count("tocsin.journal.failures")).isGreaterThan(0);
            assertThat(rig.meters.get("tocsin.journal.failing").gauge().value()).isEqualTo(1);
            assertThat(rig.journal.wantsNames()).as("at once").isFalse();
            rig.clock.advance(Duration.ofSeconds(10));
            assertThat(rig.journal.wantsNames()).isTrue();

            rig.ticks(3);
            rig.awaitWritten();

            assertThat(rig.meters.get("tocsin.journal.failing").gauge().value()).isZero();
            assertThat(rig.count("tocsin.journal.lost.ticks", "reason", "disk")).isEqualTo(5);
        }
        Files.deleteIfExists(Segment.fileOf(folder, 1));
        try (JournalRig rig = rig(ROOMY, 1_000)) {
            assertThat(rig.old()).isEqualTo(ticks(6, 8));
            assertThat(rig.journal.get("a")).containsExactly(7);
        }
    }

    @Test
    void aQueueThatIsFullLosesTicksCountedAndAsksForNames() throws Exception {
        try (JournalRig rig = rig(new JournalSettings(900_000, 1 << 30, 1, 1), 1_000)) {
            // One waits at most: of many at once some find it taken.
            JournalRig.await(() -> {
                rig.ticks(100);
                return rig.count("tocsin.journal.lost.ticks", "reason", "queue") > 0;
            });
            JournalRig.await(
                    () -> rig.meters.get("tocsin.journal.queue.bytes").gauge().value() == 0);
            rig.tick();
        }
        try (JournalRig rig = rig(ROOMY, 1_000)) {
            assertThat(rig.old()).isNotEmpty().noneMatch(tick -> tick.endsWith("?"));
        }
    }
}
