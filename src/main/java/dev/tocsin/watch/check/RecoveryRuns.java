package dev.tocsin.watch.check;

import dev.tocsin.core.check.RecoveryRun;
import dev.tocsin.core.check.RecoveryRun.Outcome;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** Runs of recovery actions as they are kept for the next process: JSON, with little of their output. No state. */
final class RecoveryRuns {
    /** Of a run's output. */
    private static final int MAX_OUTPUT = 4_096;

    private static final int MAX_STORED_OUTPUT = 500;

    private RecoveryRuns() {}

    static byte[] encoded(List<RecoveryRun> runs) {
        JsonArray all = new JsonArray();
        for (RecoveryRun run : runs) {
            all.add(new JsonObject()
                    .put("name", run.name())
                    .put("at", run.atMillis())
                    .put("outcome", run.outcome().name())
                    .put("took", run.tookMillis())
                    .put("exit", run.exitCode())
                    .put("output", first(run.output(), MAX_STORED_OUTPUT))
                    .put("recovered", run.recoveredMillis()));
        }
        return all.toBuffer().getBytes();
    }

    /** What can't be read is none. */
    static List<RecoveryRun> decoded(byte[] bytes) {
        List<RecoveryRun> runs = new ArrayList<>();
        try {
            for (Object each : new JsonArray(Buffer.buffer(bytes))) {
                JsonObject run = (JsonObject) each;
                runs.add(new RecoveryRun(
                        run.getString("name"),
                        run.getLong("at"),
                        Outcome.valueOf(run.getString("outcome")),
                        run.getLong("took"),
                        run.getInteger("exit"),
                        run.getString("output"),
                        run.getLong("recovered")));
            }
        } catch (DecodeException | ClassCastException | IllegalArgumentException | NullPointerException e) {
            return List.of();
        }
        return runs;
    }

    static String shortened(String output) {
        return first(output, MAX_OUTPUT);
    }

    private static String first(String text, int most) {
        return text.length() > most ? text.substring(0, most) : text;
    }

    /** For people, in this machine's time, all printable. */
    static String told(RecoveryRun run) {
        return ProbeResult.printable(run.told(ZoneId.systemDefault()));
    }
}
