package dev.tocsin.watch.postgres;

import dev.tocsin.core.postgres.ServerPicture;
import dev.tocsin.core.postgres.ServerPicture.Part;
import dev.tocsin.postgres.PostgresServer;
import dev.tocsin.watch.postgres.ServerReading.Answer;
import dev.tocsin.watch.postgres.ServerReading.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One server: when it is asked next, and what it answered last. Time is an argument. Confined to one thread. */
final class WatchedServer {
    private static final Duration DEAR = Duration.ofMinutes(5);

    /** One that does not answer is asked again so soon, where its interval is not shorter. */
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final PostgresServer server;
    private final Map<String, Answer> answers = new LinkedHashMap<>();
    private boolean isAsked;
    private long dueMillis;
    private long dearMillis;
    private long checkedMillis;
    private @Nullable Double responseMillis;
    private @Nullable String problem;

    /** Due at once. */
    WatchedServer(PostgresServer server, long nowMillis) {
        this.server = server;
        dueMillis = nowMillis;
        dearMillis = nowMillis;
    }

    PostgresServer server() {
        return server;
    }

    boolean isDue(long nowMillis) {
        return !isAsked && nowMillis >= dueMillis;
    }

    /** @return whether what is dear to ask is due, too */
    boolean begin(long nowMillis) {
        isAsked = true;
        dueMillis = nowMillis + server.settings().interval().toMillis();
        return nowMillis >= dearMillis;
    }

    /** @return whether that is news */
    boolean answered(Outcome outcome, boolean dearToo, long nowMillis) {
        boolean isNews = responseMillis == null;
        isAsked = false;
        if (dearToo) {
            dearMillis = nowMillis + DEAR.toMillis();
        }
        outcome.answers().forEach(answer -> answers.put(answer.part().name(), answer));
        checkedMillis = nowMillis;
        responseMillis = outcome.responseMillis();
        problem = null;
        return isNews;
    }

    /**
     * What it answered before is still told, with its time.
     *
     * @return whether that is news
     */
    boolean failed(String cause, long nowMillis) {
        boolean isNews = responseMillis != null || problem == null;
        isAsked = false;
        dueMillis = Math.min(dueMillis, nowMillis + RETRY.toMillis());
        // It may be another one when it answers again.
        dearMillis = nowMillis;
        checkedMillis = nowMillis;
        responseMillis = null;
        problem = cause;
        return isNews;
    }

    Collection<Answer> answers() {
        return answers.values();
    }

    ServerPicture picture() {
        List<Part> parts = answers.values().stream().map(Answer::part).toList();
        return new ServerPicture(
                server.settings().name(), server.place(), checkedMillis, responseMillis, problem, warnings(), parts);
    }

    private List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        Answer known = answers.get(Questions.SERVER);
        if (known == null || known.part().rows().isEmpty()) {
            return warnings;
        }
        Map<String, @Nullable Object> row = known.part().rows().getFirst();
        if (Boolean.FALSE.equals(row.get("has_pg_monitor"))) {
            Object role = row.get("role");
            warnings.add("the role " + role
                    + " lacks pg_monitor, so what other roles do is not seen: GRANT pg_monitor TO " + role);
        }
        if (Boolean.FALSE.equals(row.get("tracks_activities"))) {
            warnings.add("track_activities is off, so what connections do is not seen");
        }
        return warnings;
    }
}
