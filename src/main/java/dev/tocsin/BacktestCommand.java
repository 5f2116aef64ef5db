package dev.tocsin;

import dev.tocsin.core.Clock;
import dev.tocsin.core.PromDuration;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code backtest}: asks a running server what draft rules would have done on the series that it holds. */
@Command(name = "backtest", description = "Try rules on the series that a running server holds.")
final class BacktestCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli injects it
    private CommandSpec spec;

    @Option(names = "--rules", paramLabel = "FILE", required = true, description = "Rule file to try.")
    private Path rules = Path.of("");

    @Option(
            names = "--from",
            paramLabel = "T",
            defaultValue = "-1h",
            description = "RFC 3339, seconds since the epoch, or how long ago: -2h. Default: ${DEFAULT-VALUE}.")
    private String from = "-1h";

    @Option(names = "--to", paramLabel = "T", description = "As --from. Default: now.")
    private @Nullable String to;

    @Option(
            names = "--server",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "Default: ${DEFAULT-VALUE}.")
    private String server = "http://127.0.0.1:8080";

    @Option(names = "--token-file", paramLabel = "FILE", description = "File with the server's token.")
    private @Nullable Path tokenFile;

    @Override
    public Integer call() throws IOException, InterruptedException {
        String query = "?timezone=" + encode(ZoneId.systemDefault().getId()) + "&from=" + encode(time(from))
                + (to == null ? "" : "&to=" + encode(time(to)));
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(server.replaceFirst("/+$", "") + "/api/v1/rules/backtest" + query))
                .header("Accept", "text/event-stream")
                .header("Content-Type", "application/yaml")
                .POST(HttpRequest.BodyPublishers.ofString(Files.readString(rules)));
        if (tokenFile != null) {
            request.header(
                    "Authorization", "Bearer " + Files.readString(tokenFile).strip());
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<Stream<String>> response = client.send(request.build(), HttpResponse.BodyHandlers.ofLines());
            try (Stream<String> lines = response.body()) {
                return read(lines.iterator());
            }
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** A time as the server takes it. */
    private static String time(String text) {
        if (!text.startsWith("-")) {
            return text;
        }
        long ago = PromDuration.parseMillis(text.substring(1));
        return Instant.ofEpochMilli(Clock.system().wallMillis() - ago).toString();
    }

    /** Events, or where the request was refused one line of JSON. */
    private int read(Iterator<String> lines) {
        PrintWriter err = spec.commandLine().getErr();
        String event = "";
        while (lines.hasNext()) {
            String line = lines.next();
            if (line.startsWith("event: ")) {
                event = line.substring(7);
            } else if (line.startsWith("{") || (line.startsWith("data: ") && !event.equals("progress"))) {
                JsonObject answer = new JsonObject(line.startsWith("{") ? line : line.substring(6));
                if (answer.getString("status", "").equals("success")) {
                    BacktestReport.print(
                            answer.getJsonObject("data"), spec.commandLine().getOut());
                    return 0;
                }
                err.println(answer.getString("error"));
                return 1;
            }
        }
        err.println("the server ended the answer before the result");
        return 1;
    }
}
