package dev.tocsin;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;

/**
 * One readable line a record, then the stack trace if there is one: {@code 2026-11-21 07:07:26.123Z INFO    UdpVerticle:
 * …}. Control characters are written as escapes, so that no sender can forge a line. Safe from any thread.
 */
final class ConsoleFormatter extends Formatter {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSX").withZone(ZoneOffset.UTC);

    @Override
    public String format(LogRecord record) {
        StringBuilder line = new StringBuilder(160);
        TIME.formatTo(record.getInstant(), line);
        line.append(String.format(" %-7s ", LogLevels.nameOf(record.getLevel())));
        String logger = String.valueOf(record.getLoggerName());
        line.append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(": ");
        appendEscaped(line, formatMessage(record));
        line.append('\n');
        if (record.getThrown() != null) {
            line.append(JsonFormatter.stackTrace(record.getThrown()));
        }
        return line.toString();
    }

    private static void appendEscaped(StringBuilder line, String message) {
        for (int i = 0; i < message.length(); i++) {
            char c = message.charAt(i);
            if (!Character.isISOControl(c) || c == '\t') {
                line.append(c);
            } else if (c == '\n') {
                line.append("\\n");
            } else {
                line.append(String.format("\\u%04x", (int) c));
            }
        }
    }
}
