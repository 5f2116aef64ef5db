package dev.tocsin.alert;

import dev.tocsin.core.Labels;
import java.util.Map;

/**
 * What people said to alerts, as it stands at one moment. Immutable, for any thread to read.
 *
 * @param acknowledged alerts that fire; may hold some that expired a moment ago
 * @param resolved alerts that somebody resolved while their source goes on saying that they fire
 */
public record Answers(Map<Labels, Acknowledgement> acknowledged, Map<Labels, HandResolution> resolved) {
    public static final Answers NONE = new Answers(Map.of(), Map.of());

    public Answers {
        acknowledged = Map.copyOf(acknowledged);
        resolved = Map.copyOf(resolved);
    }
}
