package dev.tocsin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * One script that bash has run.
 *
 * @param answered whether it printed what it should, or, where nothing was expected, ended with 0
 */
record Shell(boolean answered, String printed) {
    /**
     * Runs it to its end, or until what it prints matches: a live stream has no end.
     *
     * @param expected null for nothing in particular
     * @param deadlineNanos of {@link System#nanoTime}; what runs then is ended
     */
    static Shell run(Path folder, String script, Pattern expected, long deadlineNanos)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", script).directory(folder.toFile());
        builder.environment().put("CURL_HOME", folder.toString());
        Process process = builder.redirectErrorStream(true).start();
        Thread watch = Thread.ofVirtual().start(() -> endAt(process, deadlineNanos));
        StringBuilder printed = new StringBuilder();
        byte[] buffer = new byte[8_192];
        try (InputStream out = process.getInputStream()) {
            for (int n = out.read(buffer); n >= 0; n = out.read(buffer)) {
                printed.append(new String(buffer, 0, n, StandardCharsets.UTF_8));
                if (expected != null && expected.matcher(printed).find()) {
                    process.descendants().forEach(ProcessHandle::destroy);
                    process.destroy();
                    return new Shell(true, printed.toString());
                }
            }
        }
        int exit = process.waitFor();
        watch.interrupt();
        return new Shell(expected == null && exit == 0, printed + "(exit code " + exit + ")");
    }

    private static void endAt(Process process, long deadlineNanos) {
        try {
            if (!process.waitFor(Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime())))) {
                process.descendants().forEach(ProcessHandle::destroy);
                process.destroy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return printed;
    }
}
