package dev.tocsin;

import dev.tocsin.alert.AlertLimits;
import dev.tocsin.alert.AlertVerticle;
import dev.tocsin.alert.Links;
import dev.tocsin.chart.BreachPictures;
import dev.tocsin.config.Settings;
import dev.tocsin.core.AlertTrail;
import dev.tocsin.core.Clock;
import dev.tocsin.journal.TickJournal;
import dev.tocsin.notify.DeliveryLimits;
import dev.tocsin.notify.DeliveryVerticle;
import dev.tocsin.promql.Evaluator;
import dev.tocsin.rule.RuleEngine;
import dev.tocsin.rule.RuleGroup;
import dev.tocsin.rule.RuleQueries;
import dev.tocsin.rule.RuleVerticle;
import dev.tocsin.rule.RulesView;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * From a closed tick to a notification: rules, alerts, delivery. Knows how the three are put into force together and how
 * the last tick is brought to its end. Callable from any thread.
 */
final class AlertPipeline {
    private final RuleEngine engine;
    private final RuleVerticle rules;
    private final AlertVerticle alerts;
    private final DeliveryVerticle delivery;
    private final DrillWatch drills;
    /** Those that decide now. */
    private volatile List<RuleGroup> inForce;

    AlertPipeline(
            Settings settings,
            Configuration configuration,
            Evaluator evaluator,
            SharedRecorder recorder,
            TickJournal journal,
            AlertTrail trail,
            Links links,
            Clock clock,
            MeterRegistry meters) {
        inForce = configuration.rules();
        engine = new RuleEngine(RuleQueries.of(evaluator), recorder, ComponentSettings.rules(settings), clock, meters);
        engine.keepIn(journal);
        rules = new RuleVerticle(engine, meters);
        delivery = new DeliveryVerticle(
                configuration.alerting().channels(),
                clock,
                meters,
                ComponentSettings.externalUrl(settings),
                DeliveryLimits.DEFAULT,
                RandomGenerator.getDefault());
        delivery.drawWith(new BreachPictures(evaluator, clock, ComponentSettings.externalUrl(settings)));
        delivery.keepIn(journal);
        drills = new DrillWatch(delivery);
        alerts = new AlertVerticle(
                configuration.alerting().routing(), drills, trail, links, clock, AlertLimits.DEFAULT, meters);
        alerts.keepIn(journal);
    }

    /** To be deployed on an event loop, first of all. */
    DeliveryVerticle delivery() {
        return delivery;
    }

    /** Where what belongs to a drill is seen. */
    DrillWatch drills() {
        return drills;
    }

    /** To be deployed on a thread of its own, after {@link #delivery}. */
    AlertVerticle alerts() {
        return alerts;
    }

    /** To be deployed on a virtual thread, after {@link #alerts}; {@link #begin} follows. */
    RuleVerticle rules() {
        return rules;
    }

    /** What the rules say now. */
    RulesView view() {
        return engine.view();
    }

    /** Puts the first rules into force. */
    Future<Void> begin() {
        return rules.reload(inForce, () -> {});
    }

    /** @return done when the new configuration is in force; failed where the old one still is */
    Future<Void> reload(Configuration next) {
        return delivery.prepare(next.alerting().channels())
                .compose(channels -> swap(next, channels)
                        .onSuccess(done -> inForce = next.rules())
                        .onFailure(e -> delivery.discard(channels)));
    }

    /**
     * Rules, routes and channels one within the other, each between two of its own messages: what the old rules said goes
     * by the old routes, what those decided through the old channels, and likewise the new.
     */
    private Future<Void> swap(Configuration next, DeliveryVerticle.Prepared channels) {
        Promise<Void> rerouted = Promise.promise();
        Runnable routesAndChannels = () -> alerts.reroute(next.alerting().routing(), () -> delivery.use(channels))
                .onComplete(rerouted);
        List<RuleGroup> before = inForce;
        return rules.reload(next.rules(), routesAndChannels)
                .compose(judged -> rerouted.future()
                        .recover(e -> rules.reload(before, () -> {}).transform(back -> Future.failedFuture(e))));
    }

    /** The last tick is closed: what it leads to goes from rules to alerts to the outbox, each step by a message. */
    Future<?> finish(Duration drain) {
        return rules.settled().compose(judged -> alerts.snapshot()).compose(grouped -> delivery.drain(drain));
    }
}
