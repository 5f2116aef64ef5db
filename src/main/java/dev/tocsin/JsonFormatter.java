package dev.tocsin;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/**
 * One JSON object per line: {@code timestamp} (RFC 3339, UTC, milliseconds), {@code level}, {@code logger},
 * {@code thread}, {@code message}, and {@code exception} (the stack trace) if there is one. Safe from any thread.
 */
final class JsonFormatter extends Formatter {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

    @Override
    public String format(LogRecord record) {
        JsonObject json = new JsonObject()
                .put("timestamp", TIME.format(record.getInstant()))
                .put("level", LogLevels.nameOf(record.getLevel()))
                .put("logger", record.getLoggerName())
                .put("thread", threadName(record))
                .put("message", formatMessage(record));
        if (record.getThrown() != null) {
            json.put("exception", stackTrace(record.getThrown()));
        }
        return json.encode() + "\n";
    }

    /** Handlers run in the thread that logs, so its name is at hand; a record from elsewhere has only a number. */
    private static String threadName(LogRecord record) {
        Thread current = Thread.currentThread();
        return current.threadId() == record.getLongThreadID()
                        && !current.getName().isEmpty()
                ? current.getName()
                : Long.toString(record.getLongThreadID());
    }

    static String stackTrace(Throwable thrown) {
        StringWriter text = new StringWriter();
        thrown.printStackTrace(new PrintWriter(text, true));
        return text.toString();
    }
}
