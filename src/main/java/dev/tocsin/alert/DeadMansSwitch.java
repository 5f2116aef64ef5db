package dev.tocsin.alert;

import dev.tocsin.core.Alert;
import dev.tocsin.core.Integration;
import dev.tocsin.core.Labels;
import dev.tocsin.core.Matcher;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A rule that always fires, and a route that tells a URL so again and again: whoever watches the URL learns that rules,
 * routes or delivery stand still. Stateless.
 */
public final class DeadMansSwitch {
    /** The integration that is told. */
    public static final Integration INTEGRATION = new Integration("dead-mans-switch", "webhook", 0);

    private static final String LABEL = "tocsin";
    private static final String VALUE = "dead-mans-switch";

    /** The rule, as a rule file. */
    public static final String RULES = """
            groups:
              - name: dead-mans-switch
                rules:
                  - alert: DeadMansSwitch
                    expr: vector(1)
                    labels: {severity: none, %s: %s}
                    annotations: {summary: Always fires. While it is told rules and routes and delivery work.}
            """.formatted(LABEL, VALUE);

    /** Rules say every minute that an alert fires; one of which nothing is said for so long is over. */
    static final Duration SILENCE = Duration.ofMinutes(3);

    private DeadMansSwitch() {}

    /** What is told does not include the end: that is for the one who watches to notice. */
    public static Receiver receiver() {
        return new Receiver(INTEGRATION.receiver(), List.of(new Receiver.Subscription(INTEGRATION, false)));
    }

    /** The tree with a branch before all others. */
    public static Route into(Route root, Duration every) {
        RouteOptions options =
                new RouteOptions(INTEGRATION.receiver(), GroupBy.NOTHING, Duration.ZERO, every, Duration.ofMillis(1));
        Route branch = new Route(
                root.key(),
                List.of(new Matcher(LABEL, Matcher.Op.EQUAL, VALUE)),
                false,
                options,
                TimeGate.ALWAYS_OPEN,
                List.of());
        return root.withFirst(branch);
    }

    static boolean isOf(Labels alert) {
        return alert.get(LABEL).equals(VALUE);
    }

    /** The alert with an end, that it stops by itself when its rule is not judged any more. */
    static Alert expiring(Alert said, Instant now) {
        return new Alert(
                said.labels(),
                said.annotations(),
                said.startsAt(),
                now.plus(SILENCE),
                said.generatorUrl(),
                said.receipt());
    }
}
